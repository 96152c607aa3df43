"""The demonstration's database of deeds: a deed for what the synthetic population went through, sealed by itself."""
