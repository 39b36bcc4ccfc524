#!/usr/bin/env bash
# Installs the Debian/Ubuntu packages that a profile needs and that are missing, and says so.
# usage: scripts/system_packages.sh core|dev|render
set -euo pipefail

core=(tesseract-ocr tesseract-ocr-chi-sim tesseract-ocr-chi-tra fonts-wqy-zenhei fonts-dejavu-core fontconfig
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 python3-venv)
dev=(chromium postgresql fonts-noto-cjk libgl1)
render=(fonts-wqy-zenhei libgl1 libegl1 libxkbcommon0 libxrender1 libxi6 libxxf86vm1 libxfixes3 libsm6)

case "${1:-}" in
    core | dev | render) declare -n wanted="$1" ;;
    *) echo "usage: $0 core|dev|render" >&2; exit 2 ;;
esac

command -v dpkg-query >/dev/null || {
    echo "setup: this is no Debian or Ubuntu: please install by hand what answers to: ${wanted[*]}" >&2
    exit 0
}

missing=()
for package in "${wanted[@]}"; do
    # Python may come from elsewhere (pyenv, deadsnakes) with its own venv.
    if [ "$package" = python3-venv ] && "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null; then continue; fi
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "setup: system packages missing, installing: ${missing[*]}"
sudo=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "setup: need root to install them; run: apt-get install ${missing[*]}" >&2
        exit 1
    }
    sudo=(sudo)
fi
"${sudo[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
