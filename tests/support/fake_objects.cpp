// SPDX-License-Identifier: Apache-2.0
#include "support/fake_objects.hpp"

#include "api/codec.hpp"
#include "api/json_patch.hpp"
#include "api/strategic_patch.hpp"
#include "api/validation.hpp"
#include "informer/document.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace hooklet::sim {

namespace {

using api::Node;

/// For what a careful client never does.
void demand(bool holds, const ApiPath& path, std::string_view what) {
    if (holds) return;
    throw std::logic_error(fmt::format("FakeApi: {} {}/{} {}: {}", FakeObjects::resource_of(path),
                                       path.namespace_, path.name, path.subresource, what));
}

bool has_status(const kinds::Kind& kind) {
    return std::ranges::find(kind.subresources, "status", &kinds::Subresource::name) !=
           kind.subresources.end();
}

Node& metadata(Node& object) {
    if (object.find("metadata") == nullptr) object.set("metadata", Node::object());
    return *object.find("metadata");
}

bool has_finalizers(const Node& object) {
    if (!metadata_of(object).finalizers.empty()) return true;
    const Node* of_namespace = value_at(object, {"spec", "finalizers"});
    const Node::Array* list = of_namespace == nullptr ? nullptr : of_namespace->as_array();
    return list != nullptr && !list->empty();
}

bool is_terminating(const Node& object) {
    return value_at(object, {"metadata", "deletionTimestamp"}) != nullptr;
}

std::unexpected<Error> conflict(const std::string& resource, const std::string& name, std::string_view why) {
    return fail(Code::conflict,
                fmt::format("Operation cannot be fulfilled on {} \"{}\": {}", resource, name, why));
}

/// Takes a member over from `from`, also that there is none.
void keep(Node& to, const Node& from, std::string_view member) {
    to.erase(member);
    if (const Node* kept = from.find(member)) to.set(std::string(member), *kept);
}

void check_document(const ApiPath& path, const Node& object) {
    const kinds::Kind& kind = FakeObjects::kind_of(path);
    demand(text_at(object, {"kind"}) == kind.name, path, "wrong or no kind");
    demand(text_at(object, {"apiVersion"}) == kind.api_version(), path, "wrong or no apiVersion");
    demand(text_at(object, {"metadata", "namespace"}) == path.namespace_, path, "another namespace");
}

void fill_new(const ApiPath& path, Node& object) {
    if (path.resource == "pods") {
        metadata(object).set("generation", Node(1));
        Node status = Node::object();
        status.set("phase", Node("Pending"));
        object.set("status", std::move(status));
    }
    if (path.resource == "namespaces") {
        Node spec = Node::object();
        spec.set("finalizers", Node(Node::Array{Node("kubernetes")}));
        object.set("spec", std::move(spec));
        Node status = Node::object();
        status.set("phase", Node("Active"));
        object.set("status", std::move(status));
    }
}

/// As an API server: containers that have ended for good don't run again.
Status check_pod_status(const Node& now, const Node& before) {
    api::Issues ignored;
    auto next = api::decode<api::Pod>(now, ignored);
    auto old = api::decode<api::Pod>(before, ignored);
    next.status.qosClass = old.status.qosClass;
    if (old.spec.restartPolicy.empty()) old.spec.restartPolicy = "Always";
    for (const api::Issue& issue : api::validate_update("status", next, old)) {
        if (issue.path.starts_with("status.")) return fail(Code::invalid, to_string(issue));
    }
    return {};
}

void set_deletion(Node& object, WallTime at, std::int64_t grace_s) {
    metadata(object).set("deletionTimestamp", Node(rfc3339(at)));
    metadata(object).set("deletionGracePeriodSeconds", Node(grace_s));
}

}  // namespace

std::string FakeObjects::resource_of(const ApiPath& path) {
    return path.group.empty() ? path.resource : path.resource + "." + path.group;
}

const kinds::Kind& FakeObjects::kind_of(const ApiPath& path) {
    const kinds::Kind* kind = kinds::find(path.group, path.version, path.resource);
    demand(kind != nullptr, path, "no such resource");
    return *kind;
}

FakeObjects::Key FakeObjects::key_of(const ApiPath& path) {
    demand(kind_of(path).namespaced == !path.namespace_.empty(), path, "a namespace too few or too many");
    demand(!path.name.empty(), path, "no name");
    return {resource_of(path), path.namespace_, path.name};
}

std::vector<Node> FakeObjects::all(const ApiPath& path) const {
    std::vector<Node> found;
    for (const auto& [key, object] : objects_) {
        const bool in_namespace = path.namespace_.empty() || path.namespace_ == std::get<1>(key);
        if (std::get<0>(key) == resource_of(path) && in_namespace) found.push_back(object);
    }
    return found;
}

Result<Node> FakeObjects::get(const ApiPath& path) {
    const auto object = objects_.find(key_of(path));
    if (object == objects_.end()) {
        return fail(Code::not_found, fmt::format("{} \"{}\" not found", resource_of(path), path.name));
    }
    return object->second;
}

Status FakeObjects::may_create_in(const ApiPath& path) const {
    if (path.namespace_.empty()) return {};
    const auto found = objects_.find({"namespaces", "", path.namespace_});
    if (found == objects_.end()) {
        return fail(Code::not_found, fmt::format("namespaces \"{}\" not found", path.namespace_));
    }
    if (!is_terminating(found->second)) return {};
    return fail(Code::invalid,
                fmt::format("{} \"{}\" is forbidden: unable to create new content in namespace "
                            "{} because it is being terminated",
                            resource_of(path), path.name, path.namespace_));
}

Result<Node> FakeObjects::create(const ApiPath& path, Node object) {
    if (!path.subresource.empty()) return create_below(path, object);
    check_document(path, object);
    demand(text_at(object, {"metadata", "resourceVersion"}).empty(), path,
           "a new object has a resourceVersion");
    ApiPath named = path;
    const std::string name = text_at(object, {"metadata", "name"});
    demand(path.name.empty() || path.name == name, path, "another name");
    named.name = name;
    if (name.empty()) {
        const std::string base = text_at(object, {"metadata", "generateName"});
        demand(!base.empty(), path, "neither name nor generateName");
        named.name = base + make_name_suffix(*random_, 5);
    }
    const Key key = key_of(named);
    if (const Status may = may_create_in(named); !may) return std::unexpected(may.error());
    if (objects_.contains(key)) {
        return fail(Code::already_exists,
                    fmt::format("{} \"{}\" already exists", resource_of(path), named.name));
    }
    Node& meta = metadata(object);
    for (const char* member : {"deletionTimestamp", "deletionGracePeriodSeconds", "generation"})
        meta.erase(member);
    meta.set("name", Node(named.name));
    meta.set("uid", Node(make_uuid(*random_)));
    meta.set("creationTimestamp", Node(rfc3339(clock_->wall())));
    fill_new(path, object);
    return store(key, std::move(object));
}

Result<Node> FakeObjects::create_below(const ApiPath& path, const Node& object) {
    ApiPath whole = path;
    whole.subresource.clear();
    if (path.resource == "pods" && path.subresource == "binding") return bind(whole, object);
    if (path.resource == "pods" && path.subresource == "eviction") return remove(whole, {});
    demand(path.resource == "serviceaccounts" && path.subresource == "token", path, "no such subresource");
    const auto account = get(whole);
    if (!account) return account;
    const Node* seconds = value_at(object, {"spec", "expirationSeconds"});
    const std::int64_t life = seconds == nullptr ? 3600 : *seconds->as_int();
    Node answer = object;
    Node status = Node::object();
    status.set("token", Node(fmt::format("token-{}", ++tokens_)));
    status.set("expirationTimestamp", Node(rfc3339(clock_->wall() + std::chrono::seconds{life})));
    answer.set("status", std::move(status));
    return answer;
}

Result<Node> FakeObjects::bind(const ApiPath& path, const Node& binding) {
    auto pod = get(path);
    if (!pod) return pod;
    demand(text_at(binding, {"kind"}) == "Binding", path, "wrong or no kind");
    demand(text_at(binding, {"target", "kind"}) == "Node", path, "a Pod is bound to a Node");
    const std::string uid = text_at(binding, {"metadata", "uid"});
    if (!uid.empty() && uid != metadata_of(*pod).uid)
        return conflict("pods/binding", path.name, "another uid");
    const std::string node = text_at(*pod, {"spec", "nodeName"});
    if (!node.empty()) {
        return conflict("pods/binding", path.name,
                        fmt::format("pod {} is already assigned to node \"{}\"", path.name, node));
    }
    if (is_terminating(*pod)) {
        return conflict("pods/binding", path.name,
                        fmt::format("pod {} is being deleted, cannot be assigned to a host", path.name));
    }
    pod->find("spec")->set("nodeName", Node(text_at(binding, {"target", "name"})));
    Node condition = Node::object();
    condition.set("type", Node("PodScheduled"));
    condition.set("status", Node("True"));
    condition.set("lastTransitionTime", Node(rfc3339(clock_->wall())));
    pod->find("status")->set("conditions", Node(Node::Array{std::move(condition)}));
    return store(key_of(path), *std::move(pod));
}

Result<Node> FakeObjects::update(const ApiPath& path, Node object) {
    check_document(path, object);
    demand(text_at(object, {"metadata", "name"}) == path.name, path, "another name");
    const auto before = get(path);
    if (!before && before.error().code == Code::not_found && kind_of(path).create_on_update) {
        return create(path, std::move(object));
    }
    if (!before) return before;
    const api::ObjectMeta stored = metadata_of(*before);
    const api::ObjectMeta wanted = metadata_of(object);
    if (!wanted.uid.empty() && wanted.uid != stored.uid) {
        return conflict(resource_of(path), path.name,
                        fmt::format("StorageError: invalid object, Code: 4, Precondition failed: UID in "
                                    "precondition: {}, UID in object meta: {}",
                                    wanted.uid, stored.uid));
    }
    if (!wanted.resourceVersion.empty() && wanted.resourceVersion != stored.resourceVersion) {
        return conflict(resource_of(path), path.name,
                        "the object has been modified; please apply your changes to the latest version and "
                        "try again");
    }
    return replace(path, std::move(object), *before);
}

Result<Node> FakeObjects::replace(const ApiPath& path, Node now, const Node& before) {
    const bool status_apart = has_status(kind_of(path));
    const std::string& part = path.subresource;
    const bool knows_part = part.empty() || (part == "status" && status_apart) ||
                            (part == "finalize" && path.resource == "namespaces");
    demand(knows_part, path, "no such subresource");
    if (part.empty() && status_apart) keep(now, before, "status");
    if (path.resource == "namespaces" && part.empty()) keep(now, before, "spec");
    if (part == "status") keep(now, before, "spec");
    if (path.resource == "pods" && part == "status") {
        if (const Status taken = check_pod_status(now, before); !taken) return std::unexpected(taken.error());
    }
    if (part == "finalize") {
        keep(now, before, "status");
        keep(now, before, "metadata");
    }
    for (const char* member : {"uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
                               "generation", "resourceVersion"}) {
        keep(metadata(now), *before.find("metadata"), member);
    }
    if (api::same_value(now, before)) return before;
    const Node* spec = now.find("spec");
    const Node* old_spec = before.find("spec");
    if (path.resource == "pods" && spec != nullptr && !api::same_value(*spec, *old_spec)) {
        metadata(now).set("generation", Node(metadata_of(before).generation + 1));
    }
    const Key key = key_of(path);
    const bool waits = path.resource == "pods" && metadata_of(now).deletionGracePeriodSeconds.value_or(0) > 0;
    if (is_terminating(now) && !has_finalizers(now) && !waits) return erase(key, std::move(now));
    return store(key, std::move(now));
}

Result<Node> FakeObjects::patch(const ApiPath& path, ApiPatchType type, const Node& patch) {
    const auto before = get(path);
    if (!before) return before;
    Result<Node> now = *before;
    if (type == ApiPatchType::json) now = api::apply_json_patch(*before, patch);
    if (type == ApiPatchType::merge) now = api::apply_merge_patch(*before, patch);
    if (type == ApiPatchType::strategic) {
        now = api::apply_strategic_patch(*kind_of(path).type, *before, patch);
    }
    if (!now) return now;
    return update(path, *std::move(now));
}

Result<Node> FakeObjects::remove(const ApiPath& path, const ApiDelete& options) {
    const Key key = key_of(path);
    auto object = get(path);
    if (!object) return object;
    const api::ObjectMeta meta = metadata_of(*object);
    const std::string& kind = kind_of(path).name;
    if (!options.uid.empty() && options.uid != meta.uid) {
        return conflict(kind, path.name,
                        fmt::format("the UID in the precondition ({}) does not match the UID in record ({}). "
                                    "The object might have been deleted and then recreated",
                                    options.uid, meta.uid));
    }
    if (!options.resource_version.empty() && options.resource_version != meta.resourceVersion) {
        return conflict(kind, path.name,
                        fmt::format("the ResourceVersion in the precondition ({}) does not match the "
                                    "ResourceVersion in record ({}). The object might have been modified",
                                    options.resource_version, meta.resourceVersion));
    }
    demand(!options.grace_s || path.resource == "pods", path, "grace is for Pods only");
    if (path.resource == "pods") return remove_pod(key, *std::move(object), options);
    if (!is_terminating(*object)) set_deletion(*object, clock_->wall(), 0);
    if (path.resource == "namespaces") {
        metadata(*object).erase("deletionGracePeriodSeconds");
        object->find("status")->set("phase", Node("Terminating"));
    }
    if (has_finalizers(*object)) return store(key, *std::move(object));
    return erase(key, *std::move(object));
}

Result<Node> FakeObjects::remove_pod(const Key& key, Node pod, const ApiDelete& options) {
    const api::ObjectMeta meta = metadata_of(pod);
    const std::string phase = text_at(pod, {"status", "phase"});
    const bool over = text_at(pod, {"spec", "nodeName"}).empty() || phase == "Succeeded" || phase == "Failed";
    const Node* of_spec = value_at(pod, {"spec", "terminationGracePeriodSeconds"});
    const std::int64_t usual = of_spec == nullptr ? 30 : *of_spec->as_int();
    const std::int64_t grace = over ? 0 : std::max<std::int64_t>(options.grace_s.value_or(usual), 0);
    if (meta.deletionGracePeriodSeconds && meta.deletionGracePeriodSeconds <= grace && grace > 0) return pod;
    if (meta.deletionTimestamp && !options.grace_s && !over) return pod;
    if (grace == 0) {
        set_deletion(pod, clock_->wall(), 0);
        if (has_finalizers(pod)) return store(key, std::move(pod));
        return erase(key, std::move(pod));
    }
    if (!meta.deletionTimestamp) metadata(pod).set("generation", Node(meta.generation + 1));
    set_deletion(pod, clock_->wall() + std::chrono::seconds{grace}, grace);
    return store(key, std::move(pod));
}

Result<Node> FakeObjects::store(const Key& key, Node now) {
    const auto old = objects_.find(key);
    if (old != objects_.end() && api::same_value(old->second, now)) return now;
    metadata(now).set("resourceVersion", Node(std::to_string(++revision_)));
    FakeChange change{revision_, std::get<0>(key), std::nullopt, now};
    if (old != objects_.end()) change.before = old->second;
    changes_.push_back(std::move(change));
    objects_.insert_or_assign(key, now);
    changed_();
    return now;
}

Result<Node> FakeObjects::erase(const Key& key, Node last) {
    metadata(last).set("resourceVersion", Node(std::to_string(++revision_)));
    changes_.push_back({revision_, std::get<0>(key), last, std::nullopt});
    objects_.erase(key);
    changed_();
    return last;
}

}  // namespace hooklet::sim
