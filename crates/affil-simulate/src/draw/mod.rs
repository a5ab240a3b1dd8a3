//! Distributions: what is drawn from the words of a cell.
//!
//! This module must never know what a number is for; floats end where `cell` makes whole cents of them. Only
//! addition, multiplication, division and square roots (which IEEE 754 defines to the last digit) and `libm` are
//! used, so that every platform draws the same.

mod binomial;
mod gamma;
mod normal;
mod poisson;
mod side;
#[cfg(test)]
mod tests;

pub(crate) use binomial::Binomial;
pub(crate) use gamma::{Beta, Gamma};
pub(crate) use normal::{Ziggurat, ziggurat};
pub(crate) use poisson::{Poisson, Table};
pub(crate) use side::{Column, Open, cubes, left, normals};
