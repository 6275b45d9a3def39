"""Bodies of requests and answers: shapes for the documentation, and readers that name each fault; a module for each subject."""
