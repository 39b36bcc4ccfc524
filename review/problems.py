"""What is said when something can't be answered: as a page to a browser, as JSON to everything else."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException

from pipeline.errors import StorageError
from pipeline.rules import BilingualText
from review.rendering import render

_log = logging.getLogger(__name__)

_NOT_FOUND = BilingualText("没有这个页面或这次上门", "There is no such page or visit")
_MALFORMED = BilingualText("请求的内容不合要求", "The request can't be understood")
_AWAY = BilingualText(
    "数据库或对象存储暂时无法访问，请稍后再试；已输入的内容可用浏览器的“返回”找回",
    "The database or the store can't be reached right now: try again in a while; the browser's Back brings "
    "back what you had entered",
)
_WORDS = {HTTPStatus.NOT_FOUND: _NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED: _NOT_FOUND}


def answer_problems(app: FastAPI) -> None:
    """Make `app` answer what goes wrong in both languages, and never with a traceback."""
    app.add_exception_handler(StarletteHTTPException, _refused_by_framework)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(StorageError, _away)


def not_found() -> HTTPException:
    """What a route raises for a visit or a file that isn't there."""
    return HTTPException(HTTPStatus.NOT_FOUND)


def wants_page(request: Request) -> bool:
    """Whether a browser asks for something to show as a page: not for a picture, nor by a script."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


def problem(request: Request, status: int, text: BilingualText, detail: object = None) -> Response:
    """The answer for `status`: a page, or `{"detail", "detail_zh", "problems"}`."""
    if wants_page(request):
        return render(request, "problem.html", status, text=text, status=status)
    words = {"detail": text.en, "detail_zh": text.zh}
    return JSONResponse(words | ({"problems": detail} if detail else {}), status)


async def _refused_by_framework(request: Request, error: Exception) -> Response:
    if not isinstance(error, StarletteHTTPException):
        raise error
    words = _WORDS.get(HTTPStatus(error.status_code), BilingualText(str(error.detail), str(error.detail)))
    answer = problem(request, error.status_code, words)
    answer.headers.update(error.headers or {})
    return answer


async def _malformed(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    # Where and what, and not the value itself: it may be somebody's words.
    wrong = [{"where": ".".join(map(str, each["loc"])), "what": each["msg"]} for each in error.errors()]
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, _MALFORMED, wrong)


async def _away(request: Request, error: Exception) -> Response:
    if not isinstance(error, StorageError):
        raise error
    _log.error("%s %s: %s", request.method, request.url.path, error)
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, _AWAY)
