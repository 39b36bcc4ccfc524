"""Telling somebody: a line in the log, and a POST to the webhook of the settings."""

import logging
from collections.abc import Mapping
from typing import Any

import httpx2
from pydantic import SecretStr

_PATIENCE_S = 10.0
_log = logging.getLogger(__name__)


def alert(text: str, facts: Mapping[str, Any], webhook: SecretStr | None) -> bool:
    """Log `text` as an error and post it with `facts` as JSON; whether it reached a webhook.

    A webhook that can't be reached is logged and stops nothing; its URL, which may hold a key, is not.
    """
    _log.error("%s", text)
    if webhook is None:
        return False
    try:
        answer = httpx2.post(webhook.get_secret_value(), json={"text": text, **facts}, timeout=_PATIENCE_S)
        answer.raise_for_status()
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        _log.error("the alert did not reach the webhook: %s", type(error).__name__)
        return False
    return True
