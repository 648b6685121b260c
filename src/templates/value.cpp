// SPDX-License-Identifier: Apache-2.0
#include "templates/value.hpp"

#include <map>
#include <utility>

namespace hooklet::templates {

using api::Node;

Value Value::part(const Node& node, std::shared_ptr<const Node> owner) {
    Value value = document(node);
    value.owner_ = std::move(owner);
    value.part_ = true;
    return value;
}

Value Value::document(const Node& node) {
    Value value;
    value.node_ = &node;
    return value;
}

Value Value::made(Node node, Whole whole) {
    Value value;
    value.owner_ = std::make_shared<const Node>(std::move(node));
    value.node_ = value.owner_.get();
    value.whole_ = whole;
    return value;
}

Value::Kind Value::kind() const {
    if (node_ == nullptr || node_->is_null()) return Kind::nothing;
    if (node_->as_bool() != nullptr) return Kind::boolean;
    if (node_->as_int() != nullptr) return Kind::whole;
    if (node_->as_string() != nullptr) return Kind::text;
    if (node_->as_array() != nullptr) return Kind::list;
    return node_->as_object() != nullptr ? Kind::map : Kind::real;
}

Value Value::alone() const {
    if (is_null()) return {};
    Value value = *this;
    value.part_ = false;
    return value;
}

std::size_t Value::size() const {
    switch (kind()) {
        case Kind::text:
            return text().size();
        case Kind::list:
            return node_->as_array()->size();
        case Kind::map:
            return members().size();
        default:
            return 0;
    }
}

Value Value::item(std::size_t index) const {
    if (kind() == Kind::text) return made(Node(static_cast<unsigned char>(text()[index])), Whole::byte);
    return part((*node_->as_array())[index], owner_);
}

Value Value::member(std::string_view key) const {
    const Node* found = node_->find(key);
    return found == nullptr ? Value() : part(*found, owner_);
}

std::vector<Value::Member> Value::members() const {
    std::map<std::string_view, const Node*> by_key;
    for (const api::Member& member : *node_->as_object()) by_key[member.key] = &member.value;
    std::vector<Member> members;
    for (const auto& [key, node] : by_key) members.push_back({key, node});
    return members;
}

Value Value::slice(std::size_t first, std::size_t last) const {
    if (kind() == Kind::text) return made(Node(text().substr(first, last - first)));
    const Node::Array& items = *node_->as_array();
    return made(Node(Node::Array(items.begin() + static_cast<std::ptrdiff_t>(first),
                                 items.begin() + static_cast<std::ptrdiff_t>(last))));
}

bool Value::is_true() const {
    switch (kind()) {
        case Kind::nothing:
            return false;
        case Kind::boolean:
            return boolean();
        case Kind::whole:
            return whole() != 0;
        case Kind::real:
            return real() != 0;
        default:
            return size() > 0;
    }
}

std::string_view Value::type_name() const {
    switch (kind()) {
        case Kind::nothing:
            return "<nil>";
        case Kind::boolean:
            return "bool";
        case Kind::whole:
            return whole_ == Whole::int64 ? "int64" : whole_ == Whole::byte ? "uint8" : "int";
        case Kind::real:
            return "float64";
        case Kind::text:
            return "string";
        case Kind::list:
            return "[]interface {}";
        default:
            return "map[string]interface {}";
    }
}

std::string_view Value::declared_type() const {
    return part_ ? "interface {}" : type_name();
}

}  // namespace hooklet::templates
