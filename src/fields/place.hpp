// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/descriptor.hpp"
#include "api/node.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hooklet::fields {

/// What the type's description says of the value at one place of an object.
class Place {
  public:
    explicit Place(const api::TypeDescriptor& type) : type_(&type) {}

    /// How owners share the value.
    enum class Form {
        leaf,     ///< As a whole.
        members,  ///< Member by member.
        items     ///< Item by item.
    };
    /// A value that is not what the description promises is a leaf; nullptr is any value.
    [[nodiscard]] Form form(const api::Node* value = nullptr) const;

    /// Whether members are fields that the type names, rather than keys of a map.
    [[nodiscard]] bool names_members() const { return type_ != nullptr && !container_; }
    /// Of Form::members. A field that the type does not have is a leaf.
    [[nodiscard]] Place member(std::string_view name) const;
    [[nodiscard]] bool has_member(std::string_view name) const;

    /// Of Form::items: each item, and its name in a FieldSet.
    [[nodiscard]] Place item() const;
    [[nodiscard]] std::string name_of(const api::Node& item) const;
    /// The key that the item must have and has not; empty: none.
    [[nodiscard]] std::string_view missing_key(const api::Node& item) const;

  private:
    Place() = default;

    const api::TypeDescriptor* type_ = nullptr;    ///< Of the object, or of the items' objects.
    const api::FieldDescriptor* field_ = nullptr;  ///< That holds the value; nullptr for a whole object.
    bool container_ = false;                       ///< The field's list or map, not one item of it.
};

/// The name of a member in a FieldSet.
inline std::string member_name(std::string_view key) {
    return "f:" + std::string(key);
}

}  // namespace hooklet::fields
