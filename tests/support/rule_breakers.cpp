#include "rule_breakers.h"

#include "rule_breaker_lists.h"

namespace cicada::tests {

void edit_file(LdsDocument& document, File file, std::initializer_list<asn1::Tag> path, const Edit& edit) {
  auto& octets = document.files.at(file);
  octets = edited(octets, path, edit);
}

void edit_octets(LdsDocument& document, File file, void (*change)(Bytes&)) {
  document.afterwards[file] = change;
}

const std::vector<RuleBreaker>& rule_breakers() {
  static const std::vector<RuleBreaker> kAll = [] {
    std::vector<RuleBreaker> joined;
    for (auto* list : {com_breakers, mrz_breakers, frame_breakers, face_breakers, signed_data_breakers,
                       certificate_breakers, security_info_breakers, card_breakers, detail_breakers}) {
      for (auto& one : list()) joined.push_back(std::move(one));
    }
    return joined;
  }();
  return kAll;
}

conformance::lds::Evidence broken(const RuleBreaker& breaker) {
  auto document = sound_document(breaker.kind);
  breaker.apply(document);
  return document.issue();
}

}  // namespace cicada::tests
