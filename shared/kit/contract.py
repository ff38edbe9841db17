"""What the OpenAPI document says beyond the framework: roles, keys, and the one error language."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute, iter_route_contexts

from shared.kit.access import action_of
from shared.kit.edge import RoomRoute
from shared.kit.examples import example_of
from shared.schemas.access import TABLE, Action

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `detail` says the remedy; Chinese where Accept-Language asks for it.",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
MEANINGS = {
    400: "The request cannot be read.",
    401: "No valid token.",
    403: "Your roles do not include this.",
    404: "Not there, or not yours to see.",
    409: "A rule of the domain refuses, or the same request is in flight.",
    412: "Somebody changed it first.",
    413: "The body is too large.",
    422: "Cannot be taken as sent.",
    428: "An edit must name its version.",
    429: "Too many requests.",
    500: "Our fault.",
    503: "Not available now; try again.",
}
KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,128}$"},
    "description": "Make one anew for each intention and repeat it when you retry: the same key and body give the "
    "same answer.",
    "example": "0197f0c4-6f3a-7b5e-9d2b-0c7f3a1e5d10",
}


def routes_of(app: FastAPI) -> Iterator[tuple[APIRoute, str]]:
    """Every operation of an application, with the whole path it is reached at."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            yield context.original_route, str(context.path)


BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": (
        "A token lasts ten minutes. Applications exchange their client's secret at POST /identity/v1/token; in"
        " development, `fuzhou token hotline` prints one for a sample account.\n\n"
        "令牌有效十分钟。应用以客户端密钥在 POST /identity/v1/token 换取；"
        "开发环境用 `fuzhou token hotline` 取得接线员的令牌。"
    ),
}


def complete(app: FastAPI) -> None:
    """Let the application's document say all that callers need."""

    def document() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    made["components"]["securitySchemes"] = {"bearer": BEARER}
    for route, path in routes_of(app):
        for method in route.methods or ():
            operation = made["paths"].get(path, {}).get(method.lower())
            if operation is not None and isinstance(route, RoomRoute):
                _complete_operation(operation, route, path)
                _show_examples(operation, schemas)
    return made


def _show_examples(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """What is sent and what is answered, once each, where the route shows none of its own."""
    answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    for part in (operation.get("requestBody", {}), *answers):
        for content in part.get("content", {}).values():
            if "schema" in content and "examples" not in content:
                content.setdefault("example", example_of(content["schema"], schemas))


def _complete_operation(operation: dict[str, Any], route: RoomRoute, path: str) -> None:
    action = action_of(route.dependencies)
    statuses = {400, 422, 500, 503}
    if isinstance(action, Action):
        roles = sorted(TABLE[action])
        operation["x-action"], operation["x-roles"] = action, roles
        operation["security"] = [{"bearer": []}]
        operation["description"] = f"{operation.get('description', '')}\n\nRoles: {', '.join(roles)}.".strip()
        statuses |= {401, 403}
    else:
        operation["description"] = f"{operation.get('description', '')}\n\nPublic.".strip()
        statuses |= {429} | ({401, 403} if _is_page(route) else set())
    parameters = operation.setdefault("parameters", [])
    if route.needs_key:
        parameters.append(KEY_PARAMETER)
        statuses |= {409, 413}
    if any(parameter["name"].lower() == "if-match" for parameter in parameters):
        statuses |= {409, 412, 428}
    if "{" in path:
        statuses |= {404}
    _answer_refusals(operation, statuses, on_pages=_is_page(route))


def _answer_refusals(operation: dict[str, Any], statuses: set[int], *, on_pages: bool) -> None:
    """A page says what went wrong as a page; what stops a request before it is told as everywhere."""
    for status in sorted(statuses):
        operation["responses"].setdefault(str(status), _problem_answer(status))
    operation["responses"]["422"] = _problem_answer(422)
    for status in sorted(statuses) if on_pages else ():
        operation["responses"][str(status)]["content"]["text/html"] = {"schema": {"type": "string"}}


def refuses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: how it refuses beyond what its form tells, such as 404 for what a query names."""
    return {status: _problem_answer(status) for status in statuses}


def goes_on(whither: str) -> dict[int | str, dict[str, Any]]:
    """For the `responses` of a page that may send the browser on."""
    return {303: {"description": whither, "headers": {"Location": {"schema": {"type": "string"}}}}}


def _is_page(route: RoomRoute) -> bool:
    return isinstance(route.response_class, type) and issubclass(route.response_class, HTMLResponse)


def _problem_answer(status: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": MEANINGS[status], "content": content}
