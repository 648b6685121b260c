// SPDX-License-Identifier: Apache-2.0
#include "fields/place.hpp"

#include "fields/field_set.hpp"

#include <utility>

namespace hooklet::fields {

namespace {

bool shared_by_items(const api::FieldDescriptor& field) {
    return !field.atomic && (field.merge || !field.keys.empty());
}

}  // namespace

Place::Form Place::form(const api::Node* value) const {
    Form form = Form::leaf;
    if (container_ && field_->shape == api::Shape::list) {
        form = shared_by_items(*field_) ? Form::items : Form::leaf;
    } else if (container_) {
        form = field_->atomic ? Form::leaf : Form::members;
    } else if (type_ != nullptr && !type_->atomic) {
        form = Form::members;
    }
    if (value == nullptr) return form;
    if (form == Form::items && value->as_array() == nullptr) return Form::leaf;
    return form == Form::members && value->as_object() == nullptr ? Form::leaf : form;
}

bool Place::has_member(std::string_view name) const {
    return container_ || api::find_field(*type_, name) != nullptr;
}

Place Place::member(std::string_view name) const {
    if (container_) return item();
    Place place;
    place.field_ = api::find_field(*type_, name);
    if (place.field_ == nullptr) return place;
    place.type_ = place.field_->type;
    place.container_ = place.field_->shape == api::Shape::list || place.field_->shape == api::Shape::map;
    return place;
}

Place Place::item() const {
    Place place = *this;
    place.container_ = false;
    return place;
}

std::string Place::name_of(const api::Node& item) const {
    if (field_->keys.empty()) return value_name(item);
    std::map<std::string, api::Node, std::less<>> keys;
    for (const std::string_view key : field_->keys) {
        const api::Node* value = item.find(key);
        const api::FieldDescriptor* described = type_ == nullptr ? nullptr : api::find_field(*type_, key);
        api::Node known = value != nullptr ? *value : api::Node();
        if (known.is_null() && described != nullptr && described->default_value)
            known = api::Node(*described->default_value);
        keys.emplace(key, std::move(known));
    }
    return item_name(keys);
}

std::string_view Place::missing_key(const api::Node& item) const {
    for (const std::string_view key : field_->keys) {
        const api::FieldDescriptor* described = type_ == nullptr ? nullptr : api::find_field(*type_, key);
        const bool has_default = described != nullptr && described->default_value.has_value();
        const api::Node* value = item.find(key);
        if ((value == nullptr || value->is_null()) && !has_default) return key;
    }
    return {};
}

}  // namespace hooklet::fields
