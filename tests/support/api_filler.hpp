// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/descriptor.hpp"
#include "api/types.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace hooklet::support {

/// Gives every field that the descriptors know a value that is not zero, and lists and maps one item.
class Filler {
  public:
    void fill(const api::TypeDescriptor& type, void* object) {
        for (const api::FieldDescriptor& field : type.fields) {
            if (field.number == 0) continue;
            void* place = field.in(object);
            if (field.shape != api::Shape::one) place = field.access->add(place, next_text());
            item(field, place);
        }
    }

  private:
    std::string next_text() { return "k" + std::to_string(++count_); }

    void item(const api::FieldDescriptor& field, void* out) {
        ++count_;
        switch (field.kind) {
            case api::Kind::boolean:
                *static_cast<bool*>(out) = true;
                return;
            case api::Kind::int32:
                *static_cast<std::int32_t*>(out) = count_ % 2 == 0 ? count_ : -count_;
                return;
            case api::Kind::int64:
                *static_cast<std::int64_t*>(out) = (std::int64_t{1} << 40) - count_;
                return;
            case api::Kind::string:
            case api::Kind::bytes:
                *static_cast<std::string*>(out) = next_text();
                return;
            case api::Kind::quantity:
                *static_cast<api::Quantity*>(out) = api::Quantity::of_milli(count_);
                return;
            case api::Kind::int_or_string:
                *static_cast<api::IntOrString*>(out) =
                    count_ % 2 == 0 ? api::IntOrString(count_) : api::IntOrString(next_text());
                return;
            case api::Kind::strings:
                *static_cast<std::vector<std::string>*>(out) = {next_text(), next_text()};
                return;
            case api::Kind::time:
                *static_cast<api::Time*>(out) = WallTime{std::chrono::seconds(count_)};
                return;
            case api::Kind::micro_time:
                *static_cast<api::Time*>(out) = WallTime{std::chrono::microseconds(1'000'001 * count_)};
                return;
            case api::Kind::json:
                *static_cast<api::Node*>(out) = api::Node(next_text());
                return;
            case api::Kind::object:
                return fill(*field.type, out);
        }
    }

    int count_ = 0;
};

/// An object of which no field is empty.
template <class T>
T filled() {
    T object;
    Filler().fill(api::describe<T>(), &object);
    return object;
}

}  // namespace hooklet::support
