// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/manifest.hpp"
#include "base/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hooklet {

/// A Pod made of a manifest file as the kubelet makes it: the node's name after its own and in its spec, a
/// uid from content, node and path unless it has one, the config annotations, and a toleration of every
/// NoExecute taint. Comments and the form of the text do not change the uid. The file holds exactly one Pod;
/// on failure the text names file and line.
Result<api::Pod> static_pod(const std::string& path, const std::string& text, const std::string& node_name,
                            WallTime seen, const api::DocumentParser& yaml_parser);

/// Which static Pods run, given the files: a step machine without I/O. A changed file is a new Pod, which
/// starts when the old one is gone. A file that cannot be read as a Pod leaves what it last was: unlike the
/// kubelet, which ends a Pod over a typing error within 20 s.
class StaticPods {
  public:
    struct Start {
        api::Pod pod;
    };
    struct End {
        std::string uid;
    };
    /// What a person should know: why a file is ignored. Said once for each content.
    struct Problem {
        std::string text;
    };
    using Action = std::variant<Start, End, Problem>;

    StaticPods(std::string node_name, api::DocumentParser yaml_parser)
        : node_name_(std::move(node_name)), yaml_parser_(std::move(yaml_parser)) {}

    /// `files`: content by path of every file that is there now.
    std::vector<Action> on_files(const std::map<std::string, std::string>& files, WallTime now);
    /// Nothing is left of the Pod. Uids of other Pods are ignored.
    std::vector<Action> on_gone(const std::string& uid);

  private:
    struct File {
        std::string text;
        std::optional<api::Pod> pod;  // the last good one
    };
    struct Place {
        std::optional<api::Pod> wanted;
        std::string running;  // uid, empty when nothing runs
        bool ending = false;
        bool gone = false;  // it went without being asked to
    };
    void read(const std::string& path, const std::string& text, WallTime now, std::vector<Action>& actions);
    void settle(Place& place, std::vector<Action>& actions);

    std::string node_name_;
    api::DocumentParser yaml_parser_;
    std::map<std::string, File> files_;              // by path
    std::map<std::string, Place> places_;            // by namespace/name: only one of each may run
    std::map<std::string, std::string> collisions_;  // problem that was told, by path
};

}  // namespace hooklet
