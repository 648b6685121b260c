// SPDX-License-Identifier: Apache-2.0
#include "cli/run_input.hpp"

#include "cli/manifest_files.hpp"
#include "placement/host_ports.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace hooklet::cli {

namespace {

constexpr std::size_t name_suffix_length = 5;
/// What the API server cuts a generateName to, so that the suffix still fits.
constexpr std::size_t longest_name_prefix = 63 - name_suffix_length;

api::Issue file_issue(const std::string& file, std::string message, api::Reason reason) {
    api::Issue issue;
    issue.file = file;
    issue.message = std::move(message);
    issue.reason = reason;
    return issue;
}

/// Reads files into a RunInput, one after another.
class Reader {
  public:
    explicit Reader(Environment* env) : env_(env) {}

    void argument(const std::string& path) {
        const Result<std::vector<std::string>> files = manifest_files(*env_, path);
        if (!files) return refuse(file_issue(path, files.error().text(), api::Reason::not_found));
        for (const std::string& name : *files) file(name);
    }

    [[nodiscard]] RunInput take() {
        check_needs();
        check_host_ports();
        if (input_.pods.empty() && input_.issues.empty()) {
            refuse(file_issue("", "there is no Pod to run", api::Reason::wrong_kind));
        }
        return std::move(input_);
    }

  private:
    struct Place {
        std::string file;
        int line = 0;     // 0: not known
        int reading = 0;  // a file may be given twice
        [[nodiscard]] std::string text() const { return line > 0 ? fmt::format("{}:{}", file, line) : file; }
    };

    [[nodiscard]] Place place_of(const std::string& label, const char* kind,
                                 const api::ObjectMeta& meta) const {
        const auto line = lines_.find(fmt::format("{} {}/{}", kind, meta.namespace_, meta.name));
        return {label, line == lines_.end() ? 0 : line->second, files_read_};
    }

    void refuse(api::Issue issue) { input_.issues.push_back(std::move(issue)); }

    void file(const std::string& name) {
        ++files_read_;
        const Result<std::string> text = env_->read_input(name);
        if (!text) return refuse(file_issue(name, text.error().text(), api::Reason::not_found));
        const std::string label = name == "-" ? "<stdin>" : name;
        api::Manifest manifest = api::load_manifest(label, *text, env_->yaml_parser());
        std::ranges::move(manifest.issues, std::back_inserter(input_.issues));
        lines_ = std::move(manifest.name_lines);
        for (api::ConfigMap& object : manifest.config_maps) {
            note_keys("ConfigMap", object.metadata, object.data);
            note_keys("ConfigMap", object.metadata, object.binaryData);
            add(label, "ConfigMap", std::move(object), input_.config_maps);
        }
        for (api::Secret& object : manifest.secrets) {
            note_keys("Secret", object.metadata, object.data);
            add(label, "Secret", std::move(object), input_.secrets);
        }
        for (std::size_t i = 0; i < manifest.pods.size(); ++i) {
            needs_.push_back({label, manifest.pods[i].metadata.namespace_, std::move(manifest.needed[i])});
            pod_places_.push_back(place_of(label, "Pod", manifest.pods[i].metadata));
            add(label, "Pod", std::move(manifest.pods[i]), input_.pods);
        }
    }

    /// Nobody else will bring what the files do not hold.
    void check_needs() {
        for (const Needs& needs : needs_) {
            for (const api::PodReference& needed : needs.references) {
                std::optional<api::Issue> issue = lack_of(needed, needs.namespace_);
                if (!issue) continue;
                issue->file = needs.file;
                issue->line = needed.line;
                refuse(*std::move(issue));
            }
        }
    }

    std::optional<api::Issue> lack_of(const api::PodReference& needed, const std::string& namespace_) {
        const bool known = names_.contains({needed.kind, namespace_, needed.name});
        if (needed.key.empty()) return known ? std::nullopt : std::optional(missing(needed, namespace_));
        if (!known || keys_.contains({needed.kind, namespace_, needed.name, needed.key})) return std::nullopt;
        api::Issue issue = api::issue::not_found(needed.path, needed.key);
        issue.message += fmt::format(": {} {} has no such key", needed.kind, api::quote(needed.name));
        return issue;
    }

    void note_keys(const char* kind, const api::ObjectMeta& meta, const auto& data) {
        for (const auto& [key, value] : data) keys_.insert({kind, meta.namespace_, meta.name, key});
    }

    /// Two Pods that want the same port of the machine would have it by chance.
    void check_host_ports() {
        for (std::size_t later = 1; later < input_.pods.size(); ++later) {
            for (std::size_t first = 0; first < later; ++first) refuse_same_ports(first, later);
        }
    }

    void refuse_same_ports(std::size_t first, std::size_t later) {
        const std::string taken = shared_port(input_.pods[later].spec, input_.pods[first].spec);
        if (taken.empty()) return;
        const auto place = [this](std::size_t pod) { return pod_places_[pod]; };
        api::Issue issue =
            file_issue(place(later).file,
                       fmt::format("Pod {} has the host port {}, which Pod {} of {} has too",
                                   api::quote(input_.pods[later].metadata.name), taken,
                                   api::quote(input_.pods[first].metadata.name), place(first).text()),
                       api::Reason::duplicate);
        issue.line = place(later).line;
        refuse(std::move(issue));
    }

    static api::Issue missing(const api::PodReference& needed, const std::string& namespace_) {
        if (needed.kind == "TokenRequest")
            return api::issue::forbidden(needed.path, "nobody issues tokens without an API");
        api::Issue issue = api::issue::not_found(needed.path, needed.name);
        issue.message +=
            fmt::format(": no {} of this name is given in namespace {}", needed.kind, namespace_);
        return issue;
    }

    template <class Object>
    void add(const std::string& label, const char* kind, Object object, std::vector<Object>& objects) {
        api::ObjectMeta& meta = object.metadata;
        if (meta.name.empty() && !meta.generateName.empty()) {
            meta.name = meta.generateName.substr(0, longest_name_prefix) +
                        make_name_suffix(env_->random(), name_suffix_length);
        }
        meta.uid = make_uuid(env_->random());
        meta.creationTimestamp = env_->clock().wall();
        note_name(label, kind, meta);
        objects.push_back(std::move(object));
    }

    void note_name(const std::string& label, const char* kind, const api::ObjectMeta& meta) {
        if (meta.name.empty()) return;
        const Place here = place_of(label, kind, meta);
        const auto [first, is_new] = names_.try_emplace({kind, meta.namespace_, meta.name}, here);
        // Twins of one reading are among the manifest's issues.
        if (is_new || first->second.reading == here.reading) return;
        api::Issue issue = file_issue(
            label,
            fmt::format("{} {} is already defined in {}", kind, api::quote(meta.name), first->second.text()),
            api::Reason::duplicate);
        issue.line = here.line;
        issue.path = "metadata.name";
        refuse(std::move(issue));
    }

    /// What a Pod of a file does not start without.
    struct Needs {
        std::string file;
        std::string namespace_;
        std::vector<api::PodReference> references;
    };

    Environment* env_;
    std::vector<Needs> needs_;
    int files_read_ = 0;
    using Name = std::tuple<std::string, std::string, std::string>;  // kind, namespace, name
    std::map<Name, Place> names_;                                    // where each was first seen
    std::set<std::tuple<std::string, std::string, std::string, std::string>> keys_;  // of Name, by key
    std::vector<Place> pod_places_;     // of the Pods, in their order
    std::map<std::string, int> lines_;  // of the names in the file being read
    RunInput input_;
};

}  // namespace

RunInput read_manifests(Environment& env, const std::vector<std::string>& paths) {
    Reader reader(&env);
    for (const std::string& path : paths) reader.argument(path);
    return reader.take();
}

}  // namespace hooklet::cli
