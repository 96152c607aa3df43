"""The demonstration's police, who answer what they are asked as any department does; no part of production."""
