#include "cicada/host/lds/dg3.h"

#include "biometric_group.h"
#include "finger_record.h"
#include "iso39794.h"
#include "notes.h"

namespace cicada::host::lds {
namespace {

constexpr asn1::Tag kFiller = 0x53;

bool is_block(base::ByteView octets) {
  return is_finger_record(octets) || image_format_of(octets) != ImageFormat::unknown;
}

constexpr BiometricRules kRules{.ef = Ef::dg3,
                                .prefix = "dg3-",
                                .max_templates = kMaxFingerTemplates,
                                .may_be_empty = true,
                                .iso39794_tag = 0x64,
                                .is_block = is_block};

base::Result<void> read_block(FingerTemplate& finger, std::vector<std::string>& deviations) {
  if (finger.iso39794) {
    const auto content = iso39794_content(finger.block, kRules.iso39794_tag);
    auto fingers = content ? parse_iso39794_fingers(*content) : base::Result<std::vector<FingerImage>>{};
    if (fingers && !fingers->empty()) {
      finger.record.fingers = *std::move(fingers);
    } else {
      note(deviations, kRules, "39794-form");
    }
  } else if (is_finger_record(finger.block)) {
    bool length_is_wrong = false;
    CICADA_TRY(finger.record, parse_finger_record(finger.block, length_is_wrong));
    if (length_is_wrong) note(deviations, kRules, "record-length");
  } else if (const auto format = image_format_of(finger.block); format != ImageFormat::unknown) {
    note(deviations, kRules, "raw-image");
    finger.record.fingers.emplace_back();
    finger.record.fingers.back().format = format;
    finger.record.fingers.back().image = finger.block;
  } else {
    note(deviations, kRules, "unknown-block");
  }
  return {};
}

}  // namespace

base::Result<Dg3> parse_dg3(base::ByteView file) {
  Dg3 dg3;
  CICADA_TRY(auto group, parse_biometric_group(file, kRules, dg3.deviations));
  for (auto& found : group.templates) {
    FingerTemplate finger{std::move(found), {}};
    CICADA_CHECK(read_block(finger, dg3.deviations));
    dg3.templates.push_back(std::move(finger));
  }
  dg3.unknown = std::move(group.unknown);
  return dg3;
}

base::Result<base::Bytes> build_dg3(const Dg3& dg3) {
  BiometricGroup group{.templates = {}, .unknown = dg3.unknown};
  for (const auto& finger : dg3.templates) {
    auto written = static_cast<const BiometricTemplate&>(finger);
    if (!finger.iso39794 && !finger.record.fingers.empty()) {
      CICADA_TRY(written.block, build_finger_record(finger.record));
    }
    if (written.header.empty()) {
      const auto position = finger.record.fingers.empty() ? std::uint8_t{0} : finger.record.fingers.front().position;
      written.header = biometric_header(biometric::kFinger, finger_subtype(position), biometric::kFingerRecord);
    }
    group.templates.push_back(std::move(written));
  }
  return build_biometric_group(group, kRules);
}

base::Bytes build_empty_dg3(base::ByteView random) {
  const BiometricGroup none{.templates = {}, .unknown = {{.tag = kFiller, .value = base::to_bytes(random)}}};
  return *build_biometric_group(none, kRules);  // an empty group is within the rules
}

std::uint8_t finger_subtype(std::uint8_t position) noexcept {
  constexpr std::uint8_t kFingersOfAHand = 5;
  if (position < 1 || position > 2 * kFingersOfAHand) return 0;
  const bool right = position <= kFingersOfAHand;
  const int finger = (position - 1) % kFingersOfAHand + 1;
  return static_cast<std::uint8_t>(finger << 2 | (right ? 1 : 2));
}

}  // namespace cicada::host::lds
