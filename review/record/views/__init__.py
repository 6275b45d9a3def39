"""The record as people look at it: work list, timeline, versions, indicators."""
