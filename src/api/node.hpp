// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hooklet::api {

struct Member;

/// A number that is not an int64. `text` is what the source said, so that no digit is lost.
struct Real {
    double value = 0;
    std::string text;
    bool operator==(const Real&) const = default;
};

/// Where the members of one large object stand, by key; of repeated ones the last. No copy of the object has
/// it.
class MemberIndex {
  public:
    MemberIndex() = default;
    MemberIndex(const MemberIndex& /*other*/) {}
    MemberIndex(MemberIndex&&) noexcept = default;
    MemberIndex& operator=(const MemberIndex& /*other*/) {
        forget();
        return *this;
    }
    MemberIndex& operator=(MemberIndex&&) noexcept = default;
    ~MemberIndex() = default;

    /// Members that were added at the end since are taken in; any other change has to be followed by
    /// forget().
    const Member* find(const std::vector<Member>& members, std::string_view key);
    /// After a few looks: an object that is changed between them does better without.
    [[nodiscard]] bool is_worthwhile() { return places_ != nullptr || ++looks_ > looks_without; }
    void forget() {
        places_.reset();
        looks_ = 0;
    }

  private:
    static constexpr unsigned looks_without = 8;
    struct Places {
        std::map<std::string, std::size_t, std::less<>> by_key;
        std::size_t known = 0;  ///< So many members are in it.
    };
    std::unique_ptr<Places> places_;
    unsigned looks_ = 0;
};

/// A document tree: what JSON and YAML texts become before they become types, and the reverse.
/// Objects keep the order and the repetitions of their keys. Every value knows its source line (0: none).
class Node {
  public:
    using Array = std::vector<Node>;
    using Object = std::vector<Member>;

    // Where the members of an object are not known yet, nothing can be made of them: see below.
    Node();
    explicit Node(bool value);
    explicit Node(std::integral auto value);
    explicit Node(Real value);
    explicit Node(std::string value);
    explicit Node(std::string_view value);
    explicit Node(const char* value);
    explicit Node(Array value);
    explicit Node(Object value);
    static Node array();
    static Node object();

    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
    /// The value when it has that type, else nullptr.
    template <class T>
    [[nodiscard]] const T* as() const {
        return std::get_if<T>(&value_);
    }
    template <class T>
    [[nodiscard]] T* as() {
        index_.forget();
        return std::get_if<T>(&value_);
    }
    [[nodiscard]] const std::string* as_string() const { return as<std::string>(); }
    [[nodiscard]] const std::int64_t* as_int() const { return as<std::int64_t>(); }
    [[nodiscard]] const bool* as_bool() const { return as<bool>(); }
    [[nodiscard]] const Array* as_array() const { return as<Array>(); }
    [[nodiscard]] const Object* as_object() const { return as<Object>(); }

    /// The member's value (the last one wins), or nullptr when this is no object or has no such key. A large
    /// object that is looked at again and again gets an index.
    [[nodiscard]] const Node* find(std::string_view key) const;
    [[nodiscard]] Node* find(std::string_view key);
    /// Sets or replaces a member; a null node becomes an object. Any other kind is a bug.
    Node& set(std::string key, Node value);
    /// Removes every member of that key; whether there was one. Nothing happens to what is no object.
    bool erase(std::string_view key);
    /// Appends to an array; a null node becomes an array. Any other kind is a bug.
    Node& push(Node value);

    /// For messages: `null`, `boolean true`, `number 8080`, `string "http"`, `array`, `object`.
    [[nodiscard]] std::string describe() const;

    /// Source line, counted from 1; 0 when the node was not read from a text.
    int line = 0;

    /// Compares content; source lines do not count.
    bool operator==(const Node& other) const;

  private:
    [[nodiscard]] const Member* find_member(std::string_view key) const;

    friend int line_of(const Node& root, std::string_view path);

    std::variant<std::monostate, bool, std::int64_t, Real, std::string, Array, Object> value_;
    mutable MemberIndex index_;
};

/// One key of an object with its value and the line of the key.
struct Member {
    std::string key;
    Node value;
    int line = 0;
    bool operator==(const Member& other) const { return key == other.key && value == other.value; }
};

inline Node::Node() = default;
inline Node::Node(bool value) : value_(value) {}
Node::Node(std::integral auto value) : value_(static_cast<std::int64_t>(value)) {}
inline Node::Node(Real value) : value_(std::move(value)) {}
inline Node::Node(std::string value) : value_(std::move(value)) {}
inline Node::Node(std::string_view value) : value_(std::string(value)) {}
inline Node::Node(const char* value) : value_(std::string(value)) {}
inline Node::Node(Array value) : value_(std::move(value)) {}
inline Node::Node(Object value) : value_(std::move(value)) {}
inline Node Node::array() {
    return Node(Array{});
}
inline Node Node::object() {
    return Node(Object{});
}

/// Equality of JSON values: members in any order (the last of repeated ones counts), numbers by their value.
bool same_value(const Node& a, const Node& b);

/// The value as Go prints a decoded document, which some of the API's messages quote: `map[a:1 b:[x <nil>]]`.
std::string go_text(const Node& node);

/// The line of the field at `path` (`spec.containers[0].ports[1]`, `metadata.labels[app]`), or of the nearest
/// existing parent. 0 when nothing is known.
int line_of(const Node& root, std::string_view path);

/// `spec.name: key "name" already set in map (line 3)` for every repeated key in the tree.
Issues duplicate_keys(const Node& root);

}  // namespace hooklet::api
