// SPDX-License-Identifier: Apache-2.0
// Quantities: the canonical text is the same amount, and canonical itself.
#include "api/quantity.hpp"

#include "fuzz/target.hpp"

HOOKLET_FUZZ(input) {
    using hooklet::api::Quantity;
    const auto amount = Quantity::parse(input);
    if (!amount) return;
    const auto again = Quantity::parse(amount->text());
    hooklet::fuzz::require(again && *again == *amount && again->text() == amount->text());
}
