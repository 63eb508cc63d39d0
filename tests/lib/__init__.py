"""Tests of widget/lib."""
