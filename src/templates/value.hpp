// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::templates {

/// The types of Go whose names messages tell, and whose numbers are counted together.
enum class Whole { int64, plain_int, byte };

/// A value while a template is filled in: a part of the document, or one that was made on the way. As in Go,
/// "no value" (a key that is not there, `nil`) and a null of the document are two things.
class Value {
  public:
    enum class Kind { nothing, boolean, whole, real, text, list, map };

    Value() = default;  ///< No value.
    /// A part of a map or list. `node` outlives the value, unless `owner` keeps it.
    static Value part(const api::Node& node, std::shared_ptr<const api::Node> owner = nullptr);
    /// The whole document; it outlives the value.
    static Value document(const api::Node& node);
    static Value made(api::Node node, Whole whole = Whole::plain_int);

    /// Of no value and of null: nothing.
    [[nodiscard]] Kind kind() const;
    /// A null of the document, which knows that it is a part of something.
    [[nodiscard]] bool is_null() const { return node_ != nullptr && node_->is_null(); }
    [[nodiscard]] bool is_missing() const { return node_ == nullptr; }
    /// The value by itself: a null is no value any more.
    [[nodiscard]] Value alone() const;

    [[nodiscard]] bool boolean() const { return *node_->as_bool(); }
    [[nodiscard]] std::int64_t whole() const { return *node_->as_int(); }
    [[nodiscard]] double real() const { return node_->as<api::Real>()->value; }
    [[nodiscard]] const std::string& text() const { return *node_->as_string(); }
    /// Bytes of a text, items of a list, members of a map; 0 of anything else.
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] Value item(std::size_t index) const;
    /// No value: there is no such member.
    [[nodiscard]] Value member(std::string_view key) const;
    struct Member {
        std::string_view key;  ///< Lives as long as the document.
        const api::Node* node;
    };
    /// By their keys; of repeated ones the last.
    [[nodiscard]] std::vector<Member> members() const;
    [[nodiscard]] Value of(const Member& member) const { return part(*member.node, owner_); }
    /// The items from `first` to the one before `last`, or these bytes of a text.
    [[nodiscard]] Value slice(std::size_t first, std::size_t last) const;

    /// What counts as true: anything but nothing, false, 0 and what is empty.
    [[nodiscard]] bool is_true() const;
    /// `string`, `[]interface {}`; of no value `<nil>`.
    [[nodiscard]] std::string_view type_name() const;
    /// As type_name(), but for a part of something `interface {}`, which can be any type.
    [[nodiscard]] std::string_view declared_type() const;
    [[nodiscard]] Whole whole_type() const { return whole_; }

  private:
    const api::Node* node_ = nullptr;
    std::shared_ptr<const api::Node> owner_{};
    bool part_ = false;
    Whole whole_ = Whole::int64;
};

}  // namespace hooklet::templates
