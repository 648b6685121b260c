// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/container_runtime.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

/// What is left over on the machine: pure decisions, given what exists (lifecycle spec 7.4).
namespace hooklet {

/// What the decisions know of Pods, by uid.
struct KnownPods {
    std::set<std::string> present;  ///< Something of them is still wanted.
    std::set<std::string> evicted;  ///< Of those: their ended containers are not wanted.
};

/// Ids of ended containers beyond the newest one of each name of each Pod; all of them when the Pod is gone
/// or evicted. Containers without a Pod's labels are not ours.
std::vector<std::string> containers_to_remove(const std::vector<cri::Container>& containers,
                                              const KnownPods& pods);

/// Ids of sandboxes that are not ready and hold no containers, but for the newest of each Pod that is there.
std::vector<std::string> sandboxes_to_remove(const std::vector<cri::PodSandbox>& sandboxes,
                                             const std::vector<cri::Container>& containers,
                                             const KnownPods& pods);

/// Names of Pods' log directories (`<namespace>_<name>_<uid>`) whose Pod was one of `ours` and is there no
/// more.
std::vector<std::string> log_directories_to_remove(const std::vector<std::string>& names,
                                                   const std::set<std::string>& ours, const KnownPods& pods);

/// True for a link `<pod>_<namespace>_<container>-<id>.log` to the log of one of these containers.
bool is_log_link_of(const std::string& name, const std::set<std::string>& container_ids);

/// When the engine's images were there first and when a container used them last.
class ImageUse {
  public:
    struct Record {
        cri::Image image;
        MonotonicTime first_seen;
        MonotonicTime last_used;
        bool in_use = false;
    };
    /// Everything the engine has now. An image in use is one that any container, also an ended one, was made
    /// of. Images that are gone are forgotten.
    void observe(const std::vector<cri::Image>& images, const std::vector<cri::Container>& containers,
                 MonotonicTime now);
    [[nodiscard]] const std::map<std::string, Record>& records() const { return records_; }

  private:
    std::map<std::string, Record> records_;  // by id
};

struct ImagePolicy {
    int high_percent = 85;                           ///< imageGCHighThresholdPercent; 100: never
    int low_percent = 80;                            ///< imageGCLowThresholdPercent
    Duration minimum_age = std::chrono::minutes{2};  ///< imageMinimumGCAge
};

/// How many bytes to free so that the low threshold holds; 0 while usage is below the high one.
std::uint64_t image_bytes_to_free(std::uint64_t capacity_bytes, std::uint64_t available_bytes,
                                  const ImagePolicy& policy);

/// Ids of unused images, least recently used first, until `bytes` are freed or there are no more. Never one
/// in use, one that the engine has pinned, or one younger than `minimum_age`.
std::vector<std::string> images_to_remove(const ImageUse& use, std::uint64_t bytes, Duration minimum_age,
                                          MonotonicTime now);

}  // namespace hooklet
