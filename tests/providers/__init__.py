"""Tests of widget/providers."""
