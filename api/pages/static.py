"""`/static`: the stylesheet and the script. Addressed by digest, so that browsers can cache them until they change."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.problems import Problem
from api.web.rendering import SECURITY, static_files

router = APIRouter(include_in_schema=False)
_MEDIA = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@router.get("/static/{version}/{name}")
async def static(version: str, name: str) -> Response:
    content = static_files().get(name)
    if content is None:
        raise Problem(404)
    headers = {**SECURITY, "Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, headers=headers, media_type=_MEDIA[name.rpartition(".")[2]])


@router.get("/favicon.ico")
async def icon() -> Response:
    headers = {**SECURITY, "Cache-Control": "public, max-age=86400"}
    return Response(static_files()["icon.svg"], headers=headers, media_type=_MEDIA["svg"])
