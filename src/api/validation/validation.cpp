// SPDX-License-Identifier: Apache-2.0
#include "api/validation.hpp"

#include "api/validation/parts.hpp"

namespace hooklet::api {

Issues validate(const Pod& pod, const Node* source_for_lines) {
    Issues issues;
    check_metadata(pod.metadata, issues);
    check_table(describe<PodSpec>(), &pod.spec, "spec", issues);
    check_volumes(pod.spec, issues);
    check_containers(pod.spec, issues);
    check_on_exit_hooks(pod, issues);
    check_pod_spec(pod.spec, issues);
    check_security(pod.spec, issues);
    if (source_for_lines != nullptr) {
        for (Issue& issue : issues) issue.line = line_of(*source_for_lines, issue.path);
    }
    return issues;
}

}  // namespace hooklet::api
