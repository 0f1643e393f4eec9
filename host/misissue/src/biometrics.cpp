#include "biometrics.h"

namespace cicada::host::misissue {

void change_group(Scene& scene, int group, const std::vector<Place>& way, const std::function<void(Objects&)>& change) {
  auto& file = scene.groups.at(group);
  file = operated(file, way, change);
}

void change_header(Scene& scene, int group, const std::function<void(Objects&)>& change) {
  change_group(scene, group, {{kGroupTag}, {kTemplateTag}, {kHeaderTag}}, change);
}

void change_block(Scene& scene, int group, std::size_t index, const std::function<void(base::Bytes&)>& change) {
  change_group(scene, group, {{kGroupTag}, {kTemplateTag, index}},
               [&change](Objects& objects) { change(first(objects, kBlockTag).value); });
}

void take_block_out(Scene& scene, int group, std::size_t index) {
  change_group(scene, group, {{kGroupTag}, {kTemplateTag, index}},
               [](Objects& objects) { take_out(objects, kBlockTag); });
}

}  // namespace cicada::host::misissue
