#include <fmt/format.h>

#include <algorithm>

#include "step_reader.h"

namespace cicada::host::perso {

using base::StrictTable;

namespace {

class ScriptCheck {
 public:
  ScriptCheck(const StrictTable& document, const Script& script) : document_(document), script_(script) {}

  [[nodiscard]] std::unexpected<Problem> missing(Moment moment, std::string_view because) const {
    return document_.refuse("step", fmt::format("there is none at = \"{}\": {}", info(moment).name, because));
  }

  [[nodiscard]] bool has_any(std::initializer_list<Moment> moments) const {
    return std::ranges::any_of(moments, [this](Moment moment) { return script_.has(moment); });
  }

  Checked<void> check() const {
    if (!script_.has(Moment::write)) return missing(Moment::write, "nothing could be put into a file");
    const auto& furthest = script_.at(Moment::write).back();
    if (script_.limits.file_size > furthest.last_offset + 1UL) {
      return document_.refuse("card", fmt::format("file-size is {}; the steps at = \"write\" reach {} octets",
                                                  script_.limits.file_size, furthest.last_offset + 1UL));
    }
    if (script_.has(Moment::write_mf) && script_.at(Moment::write_mf).back().last_offset != furthest.last_offset) {
      return document_.refuse("step", "at = \"write-mf\" and at = \"write\" do not reach equally far");
    }
    for (const auto& step : script_.at(Moment::create_file)) {
      if (step.data.uses(Field::condition) && script_.conditions.empty()) {
        return document_.refuse("conditions", "this key is missing: a step asks for {condition}");
      }
    }
    if (script_.limits.master_file && script_.has(Moment::select_application) && !script_.has(Moment::select_master)) {
      return missing(Moment::select_master, "files can lie in the MF");
    }
    if (script_.has(Moment::trust) && !script_.has(Moment::certificate)) {
      return missing(Moment::certificate, "there is one at = \"trust\"");
    }
    return check_keys();
  }

  Checked<void> check_keys() const {
    using enum Moment;
    const bool makes = has_any({make_active_rsa, make_active_ecdsa, make_chip_key, read_active_key, read_chip_key});
    const bool loads = has_any({load_active_rsa, load_active_ecdsa, load_chip_key});
    if (makes != (script_.keys == KeyOrigin::card)) {
      return document_.refuse("card", "keys = \"card\" and steps at = \"make-...\" go together");
    }
    if (loads != (script_.keys == KeyOrigin::prepared)) {
      return document_.refuse("card", "keys = \"prepared\" and steps at = \"load-...\" go together");
    }
    if (makes && script_.public_half.object == 0) {
      return document_.refuse("public-key",
                              "this key is missing: the card makes keys, and their public halves come out");
    }
    return {};
  }

  const StrictTable& document_;
  const Script& script_;
};

}  // namespace

Checked<void> check_script(const StrictTable& document, const Script& script) {
  return ScriptCheck{document, script}.check();
}

}  // namespace cicada::host::perso
