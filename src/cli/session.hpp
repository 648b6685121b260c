// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pods/pod_manager.hpp"
#include "references/local_objects.hpp"

#include <string>
#include <vector>

namespace hooklet::cli {

/// What a person chose about the agent, the same for every verb.
struct SessionOptions {
    std::string root;              ///< `--root`; empty: the host's own paths.
    std::string runtime = "auto";  ///< `auto` or `unix:///path`
    bool any_http_status = false;
    /// Only images are of interest: there is no PodManager, an agent may own the root meanwhile, and Pods
    /// that live in the engine go on living.
    bool images_only = false;
};

/// What becomes of containers that are there when a session is closed.
enum class Containers {
    ended,  ///< hooklet's own engine ends them and cleans up after them; another engine's are left alone.
    left_alone,  ///< They live on, for the next agent of this root.
};

/// A running agent: it owns its root, and the engine answers. Made by Environment::open(); close() is awaited
/// before it is destroyed.
class Session {
  public:
    virtual ~Session() = default;
    virtual PodManager& pods() = 0;
    /// What the Pods' ConfigMaps and Secrets are read from.
    virtual LocalObjects& objects() = 0;
    virtual Journal& journal() = 0;
    virtual cri::ContainerRuntime& runtime() = 0;
    /// Includes everything that was recorded before the call.
    virtual Task<Result<JournalContents>> read_journal(JournalQuery query) = 0;
    /// Puts the images of an OCI or Docker archive into the engine and returns their names.
    virtual Task<Result<std::vector<std::string>>> import_image(std::string path) = 0;
    /// Interrupts what still runs, ends hooklet's own engine and gives the root free.
    virtual Task<void> close(Containers left) = 0;
};

}  // namespace hooklet::cli
