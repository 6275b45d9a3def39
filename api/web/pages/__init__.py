"""The pages, a module for each thing they are about."""

from api.web.pages import drafts, home, indicators, offsets, people, projects, sheets, signing, static, submission, worklist

PAGES = tuple(each.router for each in (home, drafts, submission, sheets, worklist, projects, offsets, indicators, people, signing, static))
