// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/codec.hpp"
#include "base/time.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the API knows of each kind of object: its names, its fields and how it behaves. Adding a kind is one
/// description here; everything else of the server is the same for all of them.
namespace hooklet::kinds {

/// An object of the C++ type that its kind's `type` describes.
using Object = std::shared_ptr<void>;
/// Paths of fields, which are literals, with the values there.
using Fields = std::vector<std::pair<std::string_view, std::string>>;

/// A column of `kubectl get`.
struct Column {
    std::string name;
    std::string type = "string";  ///< `string`, `integer`, `boolean`
    std::string format{};         ///< `name` or empty
    std::string description{};
    int priority = 0;  ///< 1: only with `-o wide`.
};

/// One object in such a table.
struct Row {
    std::vector<api::Node> cells;
    std::vector<api::Node> conditions{};  ///< TableRowCondition
};

/// A path below an object. What it does is the server's business; discovery shows it.
struct Subresource {
    std::string name;  ///< `status`
    std::vector<std::string> verbs;
    /// Of what it takes and gives, when that is not the object itself.
    std::string group{};
    std::string version{};
    std::string kind{};
};

/// A kind and its resource. The functions get objects of the described type; an empty one has nothing to do.
/// `part` is empty for the object itself, else the subresource that is written: `status`,
/// `ephemeralcontainers`, `resize`.
struct Kind {
    std::string group{};  ///< Empty for core.
    std::string version = "v1";
    std::string name;      ///< `Pod`
    std::string plural;    ///< `pods`
    std::string singular;  ///< `pod`
    bool namespaced = true;
    std::vector<std::string> verbs{};  ///< Sorted, as discovery shows them.
    std::vector<std::string> short_names{};
    std::vector<std::string> categories{};
    std::vector<Subresource> subresources{};
    /// Its objects are stored nowhere: they are made when somebody asks for them.
    bool computed = false;
    bool absent = false;            ///< There is none of it yet: it can only be asked for.
    bool create_on_update = false;  ///< PUT makes an object that is not there (leases, events).
    bool versioned_update = false;  ///< PUT has to say which version it replaces (leases are locks).
    bool shown_when_gone = false;   ///< DELETE answers with the object and not with a Status, always.
    /// The resource whose objects these are, when it has two names (events.events.k8s.io are events).
    std::string stored_as{};
    /// With `stored_as`: to the type under which it is stored, and back.
    std::function<Object(const void* object)> to_stored{};
    std::function<Object(const void* stored)> from_stored{};

    const api::TypeDescriptor* type = nullptr;
    std::function<Object()> make{};
    std::function<Object(const void* object)> copy{};
    std::function<api::ObjectMeta*(void* object)> metadata{};

    /// After every decoding.
    std::function<void(void* object)> set_defaults{};
    /// Drops what clients do not decide (status, generation).
    std::function<void(void* object)> prepare_create{};
    /// Takes over from `before` what this part of the object does not decide, and counts the generation.
    std::function<void(std::string_view part, void* now, const void* before)> prepare_update{};
    std::function<api::Issues(const void* object)> validate{};
    std::function<api::Issues(std::string_view part, const void* now, const void* before)> validate_update{};

    /// What field selectors may ask for besides name and namespace, with its values.
    std::function<Fields(const void* object)> fields{};
    std::vector<Column> columns{};  ///< Empty: name and age.
    std::function<Row(const void* object, WallTime now)> row{};

    /// `pods`, `leases.coordination.k8s.io`: the resource's name in messages and in the store.
    [[nodiscard]] std::string resource() const { return group.empty() ? plural : plural + "." + group; }
    /// `v1`, `coordination.k8s.io/v1`
    [[nodiscard]] std::string api_version() const { return group.empty() ? version : group + "/" + version; }
};

/// The functions of a Kind for one C++ type.
template <class T>
struct Behaviour {
    void (*set_defaults)(T&) = nullptr;
    void (*prepare_create)(T&) = nullptr;
    void (*prepare_update)(std::string_view part, T& now, const T& before) = nullptr;
    api::Issues (*validate)(const T&) = nullptr;
    api::Issues (*validate_update)(std::string_view part, const T& now, const T& before) = nullptr;
    Fields (*fields)(const T&) = nullptr;
    Row (*row)(const T&, WallTime now) = nullptr;
};

/// The kind with the functions of its type filled in.
template <class T>
Kind kind_of(Kind kind, const Behaviour<T>& behaviour) {
    const auto object = [](const void* it) -> const T& { return *static_cast<const T*>(it); };
    const auto mutable_object = [](void* it) -> T& { return *static_cast<T*>(it); };
    kind.type = &api::describe<T>();
    kind.make = [] { return std::make_shared<T>(); };
    kind.copy = [object](const void* it) { return std::make_shared<T>(object(it)); };
    kind.metadata = [mutable_object](void* it) { return &mutable_object(it).metadata; };
    if (const auto f = behaviour.set_defaults)
        kind.set_defaults = [f, mutable_object](void* it) { f(mutable_object(it)); };
    if (const auto f = behaviour.prepare_create)
        kind.prepare_create = [f, mutable_object](void* it) { f(mutable_object(it)); };
    if (const auto f = behaviour.prepare_update)
        kind.prepare_update = [=](std::string_view part, void* now, const void* before) {
            f(part, mutable_object(now), object(before));
        };
    if (const auto f = behaviour.validate)
        kind.validate = [f, object](const void* it) { return f(object(it)); };
    if (const auto f = behaviour.validate_update)
        kind.validate_update = [=](std::string_view part, const void* now, const void* before) {
            return f(part, object(now), object(before));
        };
    if (const auto f = behaviour.fields) kind.fields = [f, object](const void* it) { return f(object(it)); };
    if (const auto f = behaviour.row)
        kind.row = [f, object](const void* it, WallTime now) { return f(object(it), now); };
    return kind;
}

/// All kinds that the server has, in the order of discovery: core first.
const std::vector<Kind>& all();
/// nullptr when there is no such resource.
const Kind* find(std::string_view group, std::string_view version, std::string_view plural);
/// The one that `pods` or `leases.coordination.k8s.io` names.
const Kind* find(std::string_view resource);

}  // namespace hooklet::kinds
