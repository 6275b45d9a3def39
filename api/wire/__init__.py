"""What goes over the wire: shapes for the documentation, and readers that name each fault. A module for each thing they are about."""
