#include "cicada/host/lds/dg4.h"

#include "biometric_group.h"
#include "iris_record.h"
#include "iso39794.h"
#include "notes.h"

namespace cicada::host::lds {
namespace {

bool is_block(base::ByteView octets) {
  return is_iris_record(octets) || image_format_of(octets) != ImageFormat::unknown;
}

constexpr BiometricRules kRules{.ef = Ef::dg4,
                                .prefix = "dg4-",
                                .max_templates = kMaxIrisTemplates,
                                .may_be_empty = true,
                                .iso39794_tag = 0x66,
                                .is_block = is_block};

base::Result<void> read_block(IrisTemplate& iris, std::vector<std::string>& deviations) {
  if (iris.iso39794) {
    const auto content = iso39794_content(iris.block, kRules.iso39794_tag);
    auto eyes = content ? parse_iso39794_irises(*content) : base::Result<std::vector<IrisFeature>>{};
    if (eyes && !eyes->empty()) {
      iris.record.eyes = *std::move(eyes);
    } else {
      note(deviations, kRules, "39794-form");
    }
  } else if (is_iris_record(iris.block)) {
    bool length_is_wrong = false;
    CICADA_TRY(iris.record, parse_iris_record(iris.block, length_is_wrong));
    if (length_is_wrong) note(deviations, kRules, "record-length");
  } else if (const auto format = image_format_of(iris.block); format != ImageFormat::unknown) {
    note(deviations, kRules, "raw-image");
    IrisImage image;
    image.format = format;
    image.image = iris.block;
    iris.record.eyes.push_back({.eye = 0, .images = {std::move(image)}});
  } else {
    note(deviations, kRules, "unknown-block");
  }
  return {};
}

/// DO 82: 1 right, 2 left.
std::uint8_t subtype_of(const IrisRecord& record) noexcept {
  const auto eye = record.eyes.empty() ? std::uint8_t{0} : record.eyes.front().eye;
  return record.eyes.size() == 1 && eye <= 2 ? eye : std::uint8_t{0};
}

}  // namespace

base::Result<Dg4> parse_dg4(base::ByteView file) {
  Dg4 dg4;
  CICADA_TRY(auto group, parse_biometric_group(file, kRules, dg4.deviations));
  for (auto& found : group.templates) {
    IrisTemplate iris{std::move(found), {}};
    CICADA_CHECK(read_block(iris, dg4.deviations));
    dg4.templates.push_back(std::move(iris));
  }
  dg4.unknown = std::move(group.unknown);
  return dg4;
}

base::Result<base::Bytes> build_dg4(const Dg4& dg4) {
  BiometricGroup group{.templates = {}, .unknown = dg4.unknown};
  for (const auto& iris : dg4.templates) {
    auto written = static_cast<const BiometricTemplate&>(iris);
    if (!iris.iso39794 && !iris.record.eyes.empty()) {
      CICADA_TRY(written.block, build_iris_record(iris.record));
    }
    if (written.header.empty()) {
      written.header = biometric_header(biometric::kIris, subtype_of(iris.record), biometric::kIrisRecord);
    }
    group.templates.push_back(std::move(written));
  }
  return build_biometric_group(group, kRules);
}

}  // namespace cicada::host::lds
