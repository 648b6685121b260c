// SPDX-License-Identifier: Apache-2.0
#include "fields/merge.hpp"

#include "api/issue.hpp"
#include "base/contains.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace hooklet::fields {

namespace {

std::vector<std::string> names_of(const Place& place, const api::Node::Array& items) {
    std::vector<std::string> names(items.size());
    std::ranges::transform(items, names.begin(), [&](const api::Node& item) { return place.name_of(item); });
    return names;
}

/// Joins two lists, see merged().
class ListMerge {
  public:
    ListMerge(const Place& place, api::Node::Array live, const api::Node::Array& applied)
        : place_(place),
          live_(std::move(live)),
          live_names_(names_of(place, live_)),
          applied_(applied),
          applied_names_(names_of(place, applied_)) {}

    api::Node run() {
        for (std::size_t i = 0; i < live_.size(); ++i) {
            if (!contains(applied_names_, live_names_[i])) {
                result_.push_back(live_[i]);
            } else if (const std::size_t shared = next_shared();
                       shared < applied_.size() && applied_names_[shared] == live_names_[i]) {
                take_until(shared + 1);
            }
        }
        take_until(applied_.size());
        return api::Node(std::move(result_));
    }

  private:
    [[nodiscard]] std::size_t next_shared() const {
        std::size_t at = taken_;
        while (at < applied_.size() && !contains(live_names_, applied_names_[at])) ++at;
        return at;
    }

    void take_until(std::size_t end) {
        for (; taken_ < end; ++taken_) {
            const auto old = std::ranges::find(live_names_, applied_names_[taken_]);
            if (old == live_names_.end()) {
                result_.push_back(applied_[taken_]);
            } else {
                const auto index = static_cast<std::size_t>(old - live_names_.begin());
                result_.push_back(merged(place_.item(), live_[index], applied_[taken_]));
            }
        }
    }

    const Place& place_;
    api::Node::Array live_;
    std::vector<std::string> live_names_;
    const api::Node::Array& applied_;
    std::vector<std::string> applied_names_;
    std::size_t taken_ = 0;
    api::Node::Array result_;
};

/// Whether the place is one of the set; a field also for what is below it.
bool covers(const FieldSet* set, bool field) {
    return set != nullptr && (set->here || (field && !set->below.empty()));
}

/// Whether the value goes; if it stays, what is below it has been looked at.
bool is_pruned(const Place& place, api::Node& value, const FieldSet* last, const FieldSet* owned,
               bool field) {
    static const FieldSet nothing;
    if (last == nullptr) return false;
    if (covers(last, field) && !covers(owned, field)) return true;
    prune(place, value, *last, owned == nullptr ? nothing : *owned);
    return false;
}

/// Walks a document for misfits().
class Check {
  public:
    void value(const Place& place, const api::Node& node, const std::string& path) {
        const Place::Form form = place.form(&node);
        if (form == Place::Form::members) members(place, *node.as_object(), path);
        if (form == Place::Form::items) items(place, *node.as_array(), path);
    }

    std::vector<std::string> found;

  private:
    void members(const Place& place, const api::Node::Object& object, const std::string& path) {
        for (const api::Member& member : object) {
            const std::string below = path + path_step(member_name(member.key));
            if (place.has_member(member.key)) {
                value(place.member(member.key), member.value, below);
            } else {
                found.push_back(below + ": field not declared in schema");
            }
        }
    }

    void items(const Place& place, const api::Node::Array& list, const std::string& path) {
        std::set<std::string> names;
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (const std::string_view key = place.missing_key(list[i]); !key.empty()) {
                found.push_back(
                    fmt::format("{}: element {}: associative list with keys has an element that "
                                "omits key field {} (and doesn't have default value)",
                                path, i, api::quote(key)));
                continue;
            }
            const std::string name = place.name_of(list[i]);
            const std::string step = path_step(name);
            if (!names.insert(name).second)
                found.push_back(fmt::format("{}: duplicate entries for key {}", path, step));
            value(place.item(), list[i], path + step);
        }
    }
};

}  // namespace

api::Node merged(const Place& place, api::Node live, const api::Node& applied) {
    const Place::Form form = place.form(&applied);
    if (form == Place::Form::leaf || place.form(&live) != form) return applied;
    if (form == Place::Form::items)
        return ListMerge(place, std::move(*live.as<api::Node::Array>()), *applied.as_array()).run();
    for (const api::Member& member : *applied.as_object()) {
        api::Node* old = live.find(member.key);
        live.set(member.key, old == nullptr
                                 ? member.value
                                 : merged(place.member(member.key), std::move(*old), member.value));
    }
    return live;
}

void prune(const Place& place, api::Node& document, const FieldSet& last, const FieldSet& owned) {
    if (auto* members = document.as<api::Node::Object>()) {
        if (place.form(&document) != Place::Form::members) return;
        std::erase_if(*members, [&](api::Member& member) {
            const std::string name = member_name(member.key);
            return is_pruned(place.member(member.key), member.value, last.find(name), owned.find(name),
                             place.names_members());
        });
    } else if (auto* items = document.as<api::Node::Array>()) {
        if (place.form(&document) != Place::Form::items) return;
        std::erase_if(*items, [&](api::Node& item) {
            const std::string name = place.name_of(item);
            return is_pruned(place.item(), item, last.find(name), owned.find(name), false);
        });
    }
}

std::vector<std::string> misfits(const Place& place, const api::Node& document) {
    Check check;
    check.value(place, document, "");
    return std::move(check.found);
}

}  // namespace hooklet::fields
