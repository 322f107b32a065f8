/// What deploy/ says to a cluster, held against Kubernetes' schemas and against what it promises.
///
/// Everything is offline: the chart is rendered by Helm as a library, the manifests by `kubectl
/// kustomize` where there is one and else as they were last rendered, and what a NetworkPolicy does
/// is worked out by [Network].
@NullMarked
package dev.sallyport.deploy;

import org.jspecify.annotations.NullMarked;
