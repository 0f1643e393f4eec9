#include "cicada/host/misissue/scene.h"

namespace cicada::host::misissue {

base::Bytes& Scene::file(lds::Ef ef) {
  const auto found = files.find(ef);
  if (found == files.end()) {
    throw Failure{{.fault = base::Fault::bad_input,
                   .what = "the document does not have the file that the fault is about",
                   .hint = "the list of faults says which one each needs"}};
  }
  touched.insert(ef);
  return found->second;
}

Evidence make(const Scene& scene) {
  auto hashed = scene.groups;
  for (const auto& [number, octets] : scene.signed_as) hashed[number] = octets;
  auto recipe = recipe_for(scene.authority, hashed, scene.signing_time);
  if (scene.bend) scene.bend(recipe);
  auto sod = seal(recipe);
  if (scene.spoil) sod = scene.spoil(std::move(sod));
  auto groups = scene.groups;
  if (scene.change_groups) scene.change_groups(groups);
  return {.sod = std::move(sod),
          .groups = std::move(groups),
          .trust = scene.trust ? scene.trust(scene.authority) : scene.authority.material(),
          .files = scene.files};
}

}  // namespace cicada::host::misissue
