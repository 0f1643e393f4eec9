#include "dump_folder.h"

#include <algorithm>

#include "card_settings.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/base/file.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/access/pace_password.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/mrz.h"

namespace cicada::tools {
namespace {

namespace applet = applet_sim::applet;
namespace kernel = applet_sim::kernel;
namespace bac = applet_sim::protocol::bac;
using host::lds::Ef;

/// SC octets of docs/card-commands.md.
constexpr std::uint8_t kAlways = 0x00;
constexpr std::uint8_t kAfterAccess = 0x40;
constexpr std::uint8_t kNeedsDg3Right = 0xE3;
constexpr std::uint8_t kNeedsDg4Right = 0xE4;

constexpr std::uint8_t kPinTries = 3;
constexpr std::uint8_t kPukTries = 10;
/// Standardized domain parameters (9303-11 §9.5.1) end here.
constexpr std::uint32_t kLastStandardized = 31;
/// The next to last arc of id-PACE-ECDH-CAM-*.
constexpr std::uint8_t kChipAuthenticationMapping = 6;

std::uint8_t condition_of(Ef ef) noexcept {
  switch (ef) {
    case Ef::dg3: return kNeedsDg3Right;
    case Ef::dg4: return kNeedsDg4Right;
    case Ef::card_access:
    case Ef::atr_info:
    case Ef::dir: return kAlways;
    default: return kAfterAccess;
  }
}

base::Result<std::string> mrz_information_of(base::ByteView dg1) {
  CICADA_TRY(const auto parsed, host::lds::parse_dg1(dg1));
  return host::lds::mrz_information(parsed.mrz.fields);
}

base::Result<bac::AccessKeys> access_keys(std::string_view mrz_information) {
  CICADA_TRY(const auto keys, host::access::BacKeys::from_mrz_information(mrz_information));
  return bac::AccessKeys{bac::KEnc{keys.k_enc().expose()}, bac::KMac{keys.k_mac().expose()}};
}

/// A chip authentication key that chip authentication mapping with these domain parameters can use.
bool has_key(const CardSettings& settings, std::uint32_t parameter_id) {
  return std::ranges::any_of(settings.chip_keys, [&](const auto& key) {
    return key.id == parameter_id && std::holds_alternative<applet::EcSecret>(key.secret);
  });
}

/// What EF.CardAccess announces, as far as the card can do it.
base::Result<std::vector<applet::PaceProtocol>> pace_protocols(base::ByteView card_access,
                                                               const CardSettings& settings) {
  CICADA_TRY(const auto infos, asn1::parse_security_infos(card_access));
  std::vector<applet::PaceProtocol> protocols;
  for (const auto& [entry, pace] : infos.all<asn1::PaceInfo>()) {
    const auto oid = entry->protocol.content();
    const auto id = pace->parameter_id;
    if (!id || *id > kLastStandardized || oid.size() != applet::kPaceOidSize) continue;
    if (oid[applet::kPaceOidSize - 2] == kChipAuthenticationMapping && !has_key(settings, *id)) continue;
    applet::PaceProtocol protocol{.oid = base::to_bytes(oid), .parameter_id = static_cast<std::uint8_t>(*id)};
    if (std::ranges::find(protocols, protocol) == protocols.end()) protocols.push_back(std::move(protocol));
  }
  if (protocols.size() > applet::kMaxPaceProtocols) protocols.resize(applet::kMaxPaceProtocols);
  return protocols;
}

applet::PacePassword password(applet::PasswordId id, base::ByteView encoded, std::uint8_t tries = 0) {
  return {.id = id, .k = base::SecretBytes::copy_of(encoded), .max_tries = tries, .tries = tries};
}

base::Result<void> add_access(kernel::CardContent& content, base::ByteView dg1, CardSettings settings,
                              base::ByteView card_access) {
  using applet::PasswordId;
  CICADA_TRY(const auto information, mrz_information_of(dg1));
  if (settings.bac) {
    CICADA_TRY(content.access_keys, access_keys(information));
  }
  if (!card_access.empty()) {
    CICADA_TRY(content.pace_protocols, pace_protocols(card_access, settings));
  }
  if (!settings.bac && content.pace_protocols.empty()) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "a card without BAC and without PACE cannot be opened",
                       .hint = "bac = false in card.toml wants an EF_CardAccess.bin with a PACEInfo"});
  }
  CICADA_TRY(const auto mrz, host::access::PacePassword::from_mrz_information(information));
  content.passwords.push_back(password(PasswordId::mrz, mrz.expose()));
  if (settings.can) content.passwords.push_back(password(PasswordId::can, base::as_bytes(*settings.can)));
  if (settings.pin) content.passwords.push_back(password(PasswordId::pin, base::as_bytes(*settings.pin), kPinTries));
  if (settings.puk) content.passwords.push_back(password(PasswordId::puk, base::as_bytes(*settings.puk), kPukTries));
  content.chip_keys = std::move(settings.chip_keys);
  content.active_key = std::move(settings.active_key);
  return {};
}

}  // namespace

base::Result<std::map<Ef, base::Bytes>> read_dumps(const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    return base::fail({.fault = base::Fault::not_found, .what = "no such folder"});
  }
  std::map<Ef, base::Bytes> files;
  for (const auto& info : host::lds::all_files()) {
    auto content = base::read_file(folder / info.file_name, 0xFFFF);
    if (!content && content.error().fault == base::Fault::not_found) continue;
    if (!content) return std::unexpected(content.error());
    if (!content->empty()) files.emplace(info.ef, *std::move(content));
  }
  const bool application = std::ranges::any_of(
      files, [](const auto& file) { return host::lds::info(file.first).directory == host::lds::Directory::lds1; });
  if (!application) {
    return base::fail(
        {.fault = base::Fault::not_found,
         .what = "no file of a chip lies in this folder",
         .hint = "files are named EF_COM.bin, EF_SOD.bin, DG1.bin ... as `cicada read --out` writes them"});
  }
  return files;
}

base::Result<kernel::CardContent> read_dump_folder(const std::filesystem::path& folder) {
  CICADA_TRY(auto files, read_dumps(folder));
  CICADA_TRY(auto settings, read_card_settings(folder));
  const auto dg1 = files.find(Ef::dg1);
  if (dg1 == files.end()) {
    return base::fail({.fault = base::Fault::not_found,
                       .what = "DG1.bin is missing",
                       .hint = "the access keys of the card come from the MRZ in DG1"});
  }
  kernel::CardContent content;
  const auto card_access = files.find(Ef::card_access);
  CICADA_CHECK(add_access(content, dg1->second, std::move(settings),
                          card_access == files.end() ? base::ByteView{} : base::ByteView{card_access->second}));
  for (auto& [ef, octets] : files) {
    const auto& info = host::lds::info(ef);
    const bool in_mf = info.directory == host::lds::Directory::master_file;
    content.files.push_back({.folder = in_mf ? kernel::Folder::mf : kernel::Folder::lds1,
                             .fid = info.fid,
                             .sfi = info.sfi,
                             .security_condition = condition_of(ef),
                             .content = std::move(octets)});
  }
  return content;
}

}  // namespace cicada::tools
