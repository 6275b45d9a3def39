"""The papers of a review (文书): the comparison table and the one-time notice, as HTML, PDF and Word."""
