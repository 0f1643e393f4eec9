#include "cicada/host/misissue/scene.h"

namespace cicada::host::misissue {

Evidence make(const Scene& scene) {
  auto recipe = recipe_for(scene.authority, scene.groups, scene.signing_time);
  if (scene.bend) scene.bend(recipe);
  auto sod = seal(recipe);
  if (scene.spoil) sod = scene.spoil(std::move(sod));
  auto groups = scene.groups;
  if (scene.change_groups) scene.change_groups(groups);
  return {.sod = std::move(sod),
          .groups = std::move(groups),
          .trust = scene.trust ? scene.trust(scene.authority) : scene.authority.material()};
}

}  // namespace cicada::host::misissue
