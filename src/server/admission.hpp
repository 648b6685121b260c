// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "server/target.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hooklet::server {

/// One write as those see it who may change or refuse it.
struct AdmissionRequest {
    enum class Operation : std::uint8_t { create, update, remove };
    Operation operation = Operation::create;
    Target target;  ///< With the object's name, also when that was generated.
    /// What will be stored, with its defaults; may be changed. remove: what is stored.
    kinds::Object object;
    kinds::Object before;  ///< update only.
    bool dry_run = false;
    std::string node{};  ///< The node that asks; empty: somebody else.
};

/// Adds to new and changed objects what follows from other objects, or refuses them.
class Admission {
  public:
    virtual ~Admission() = default;
    /// Comes before validation. A failure is the request's answer.
    virtual Task<Answer<void>> admit(AdmissionRequest request) = 0;

    struct Approval {
        /// What others wait for; goes when the write is over, whatever has come of it.
        std::shared_ptr<void> ticket{};
        std::vector<std::string> warnings{};  ///< For the client.
    };
    /// Whether the object, as it will be stored, keeps to the rules of its namespace, and whether there is
    /// room for it; comes last, after the validation. Not for removals.
    virtual Task<Answer<Approval>> approve(AdmissionRequest request) = 0;
};

}  // namespace hooklet::server
