// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "base/signal.hpp"
#include "node/static_pods.hpp"
#include "ports/clock.hpp"
#include "ports/directory_watch.hpp"
#include "ports/file_system.hpp"

#include <functional>
#include <memory>
#include <string>

namespace hooklet {

/// Runs the Pods whose manifests lie in a directory. Names that begin with a dot are ignored, and so are
/// directories below it.
class StaticPodSource {
  public:
    /// What is done with the Pods.
    struct Target {
        std::function<void(api::Pod)> add;                   ///< A Pod starts.
        std::function<void(const std::string& uid)> remove;  ///< It ends with its own grace.
        std::function<void(const std::string&)> tell;        ///< A line for the agent's log.
    };
    struct Settings {
        std::string directory;
        std::string node_name;
        Duration relist_period =
            std::chrono::seconds{20};  ///< fileCheckFrequency: for changes that nobody told.
    };
    /// The ports outlive this.
    StaticPodSource(Executor executor, Clock* clock, FileSystem* files, DirectoryWatch* watch,
                    api::DocumentParser yaml_parser, Settings settings, Target target);

    void start() { gate_.spawn(loop()); }
    Task<void> stop();
    /// To be told of every Pod of which nothing is left.
    void on_gone(const std::string& uid) { perform(pods_.on_gone(uid)); }

  private:
    Task<void> loop();
    void look();
    [[nodiscard]] Result<std::map<std::string, std::string>> read_files() const;
    void perform(std::vector<StaticPods::Action> actions);

    Clock* clock_;
    FileSystem* files_;
    DirectoryWatch* watch_;
    Settings settings_;
    Target target_;
    StaticPods pods_;
    std::unique_ptr<DirectoryWatch::Handle> handle_;
    Signal changed_;
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet
