#include "portrait.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "cicada/base/file.h"
#include "cicada/host/image/picture.h"
#include "cicada/host/lds/dg2.h"

namespace cicada::tools {
namespace {

using host::auth::CheckName;
namespace lds = host::lds;

constexpr unsigned kOwnerOnly = 0600;

bool passed(const host::inspect::Inspection& result, CheckName name) {
  const auto* const check = result.verdict.find(name);
  return check != nullptr && check->result == host::auth::CheckResult::passed;
}

}  // namespace

base::Result<void> write_portrait(const host::inspect::Inspection& result, const std::filesystem::path& folder) {
  const auto dg2 = result.files.find(lds::Ef::dg2);
  if (dg2 == result.files.end() || !passed(result, CheckName::dg_hashes)) return {};
  CICADA_TRY(const auto parsed, lds::parse_dg2(dg2->second));
  const auto* const face = parsed.portrait();
  if (face == nullptr) return {};
  const auto name = "portrait" + std::string{lds::file_extension(face->format)};
  CICADA_CHECK(base::write_file(folder / name, face->image, kOwnerOnly));
  if (!passed(result, CheckName::sod_signature) || !passed(result, CheckName::ds_path)) return {};
  const auto png = host::image::to_png(face->image);
  if (!png) {
    std::cerr << fmt::format("portrait.png is not written: {}\n", png.error().describe());
    return {};
  }
  return base::write_file(folder / "portrait.png", *png, kOwnerOnly);
}

}  // namespace cicada::tools
