"""The shapes of answers: frozen dataclasses, a module for each thing they are about. Numbers of entries are text; unknown fields are passed over."""
