// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/descriptor.hpp"
#include "api/int_or_string.hpp"
#include "api/node.hpp"
#include "api/quantity.hpp"
#include "api/time.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace hooklet::api {

/// A place to decode a scalar of any kind into, before there is an item for it.
struct ScalarPlace {
    bool boolean = false;
    std::int32_t int32 = 0;
    std::int64_t int64 = 0;
    std::string text;
    std::vector<std::string> strings;
    Quantity quantity;
    IntOrString int_or_string;
    Time time;
    Node json;

    void* of(Kind kind) {
        switch (kind) {
            case Kind::boolean:
                return &boolean;
            case Kind::int32:
                return &int32;
            case Kind::int64:
                return &int64;
            case Kind::string:
            case Kind::bytes:
                return &text;
            case Kind::strings:
                return &strings;
            case Kind::quantity:
                return &quantity;
            case Kind::int_or_string:
                return &int_or_string;
            case Kind::time:
            case Kind::micro_time:
                return &time;
            case Kind::json:
                return &json;
            case Kind::object:
                break;
        }
        throw std::logic_error("an object is no scalar");
    }
};

}  // namespace hooklet::api
