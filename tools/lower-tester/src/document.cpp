#include "cicada/tools/lower_tester/document.h"

#include <memory>

#include "chip.h"
#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/applet_sim/protocol/ta/certificate.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/access/pace_password.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/misissue/authority.h"
#include "groups.h"

namespace cicada::tools::lower_tester {

namespace applet = applet_sim::applet;
namespace kernel = applet_sim::kernel;
namespace lds = host::lds;
namespace ta = applet_sim::protocol::ta;
using base::Bytes;
using base::Result;
using host::misissue::must;
using lds::Ef;

namespace {

constexpr std::uint8_t kMaxTries = 3;         // of PIN and PUK
constexpr std::size_t kNumberWithCheck = 10;  // of the MRZ information: document number and its check digit
constexpr std::uint16_t kCvcaFid = 0x011C;
constexpr std::uint8_t kCvcaSfi = 0x1C;
constexpr std::uint8_t kAlways = 0x00, kAfterAccess = 0x40, kRightDg3 = 0xE3, kRightDg4 = 0xE4;

/// One document under construction.
struct Maker {
  const Plan& plan;
  const Country& country;
  TrustPoints trusted;
  base::Rng& rng;
  const Bend& bend;
  Infos infos = {};
  std::map<Ef, Bytes> files = {};
  Document made = {};

  void add_locks();
  void add_password(applet::PasswordId id, base::Result<host::access::PacePassword> password, std::uint8_t tries = 0);
  void add_trust();
  void add_groups(Bytes dg15);
  void add_master_files();
  void put_files();
  [[nodiscard]] bool locked() const { return plan.bac || !plan.pace.empty(); }
  [[nodiscard]] std::uint8_t condition_of(Ef ef) const;
};

void Maker::add_password(applet::PasswordId id, base::Result<host::access::PacePassword> password, std::uint8_t tries) {
  made.content.passwords.push_back({.id = id,
                                    .k = base::SecretBytes::copy_of(must(std::move(password)).expose()),
                                    .max_tries = tries,
                                    .tries = tries});
}

void Maker::add_locks() {
  namespace bac = applet_sim::protocol::bac;
  using host::access::PacePassword;
  made.mrz = holder_of(plan.holder);
  made.mrz_text = must(lds::build_mrz(made.mrz));
  made.mrz_information = must(lds::mrz_information(made.mrz));
  made.content.document_number = base::to_bytes(base::as_bytes(made.mrz_information.substr(0, kNumberWithCheck)));
  if (plan.bac) {
    const auto keys = must(host::access::BacKeys::from_mrz_information(made.mrz_information));
    made.content.access_keys =
        bac::AccessKeys{.k_enc = bac::KEnc{keys.k_enc().expose()}, .k_mac = bac::KMac{keys.k_mac().expose()}};
  }
  if (plan.pace.empty()) return;
  add_password(applet::PasswordId::mrz, PacePassword::from_mrz_information(made.mrz_information));
  add_password(applet::PasswordId::can, PacePassword::from_can(kCan));
  if (!plan.pin) return;
  add_password(applet::PasswordId::pin, PacePassword::from_pin(kPin), kMaxTries);
  add_password(applet::PasswordId::puk, PacePassword::from_puk(kPuk), kMaxTries);
}

void Maker::add_trust() {
  if (!plan.terminal || trusted.empty()) return;
  for (const auto& certificate : trusted) {
    const auto cvca = must(ta::read_whole_certificate(certificate.der));
    made.content.trust_points.push_back({.holder = cvca.holder,
                                         .authorization = cvca.authorization,
                                         .effective = cvca.effective,
                                         .expiration = cvca.expiration,
                                         .key = must(ta::key_of(cvca, std::nullopt))});
  }
  made.content.current_date = made.content.trust_points.front().effective;
  made.content.cvca_file = kCvcaFid;
  made.content.files.push_back({.fid = kCvcaFid,
                                .sfi = kCvcaSfi,
                                .security_condition = locked() ? kAfterAccess : kAlways,
                                .content = Bytes(applet::kCvcaFileSize)});
}

void Maker::add_groups(Bytes dg15) {
  for (const auto ef : plan.files) files[ef] = content_of(ef, plan);
  if (!dg15.empty()) files[Ef::dg15] = std::move(dg15);
  if (const auto all = infos.in_dg14(); !all.empty()) {
    files[Ef::dg14] = must(lds::build_dg14(asn1::encode_security_infos(all)));
  }
  if (bend.groups) bend.groups(files);
  std::vector<std::uint8_t> tags;
  for (const auto& [ef, octets] : files) {
    if (lds::data_group_number(ef) == 0) continue;
    made.groups[ef] = octets;
    tags.push_back(lds::info(ef).tag);
  }
  files[Ef::sod] = must(country.signer.sign(made.groups));
  files[Ef::com] = lds::build_com({.tags = tags, .unknown = {}});
}

void Maker::add_master_files() {
  if (!plan.pace.empty()) files[Ef::card_access] = asn1::encode_security_infos(infos.shown);
  if (plan.card_security) {
    files[Ef::card_security] =
        must(country.signer.sign_card_security(asn1::encode_security_infos(infos.in_card_security())));
  }
}

std::uint8_t Maker::condition_of(Ef ef) const {
  switch (ef) {
    case Ef::card_access:
    case Ef::atr_info:
    case Ef::dir: return kAlways;
    case Ef::dg3: return plan.terminal ? kRightDg3 : kAfterAccess;
    case Ef::dg4: return plan.terminal ? kRightDg4 : kAfterAccess;
    default: return locked() ? kAfterAccess : kAlways;
  }
}

void Maker::put_files() {
  for (const auto& [ef, octets] : files) {
    const auto& info = lds::info(ef);
    made.content.files.push_back(
        {.folder = info.directory == lds::Directory::master_file ? kernel::Folder::mf : kernel::Folder::lds1,
         .fid = info.fid,
         .sfi = info.sfi,
         .security_condition = condition_of(ef),
         .content = octets});
  }
}

}  // namespace

Result<Document> make_document(const Plan& plan, const Country& country, TrustPoints trusted, base::Rng& rng,
                               const Bend& bend) {
  try {
    Maker maker{.plan = plan, .country = country, .trusted = trusted, .rng = rng, .bend = bend};
    maker.add_locks();
    add_pace(plan, maker.made.content, maker.infos);
    add_chip_keys(plan, maker.made.content, maker.infos, rng);
    auto dg15 = add_active_key(plan, maker.made.content, maker.infos, rng);
    add_terminal_info(plan, maker.infos);
    if (bend.infos) bend.infos(maker.infos, maker.made.content);
    maker.add_trust();
    maker.add_groups(std::move(dg15));
    maker.add_master_files();
    if (bend.files) bend.files(maker.files);
    maker.put_files();
    if (bend.chip) bend.chip(maker.made.content);
    return std::move(maker.made);
  } catch (const host::misissue::Failure& failure) {
    return std::unexpected{failure.error};
  }
}

Result<Bytes> card_file_of(const kernel::CardContent& content, base::Rng& rng, const base::Clock& clock) {
  const auto cell = std::make_shared<Bytes>();
  CICADA_CHECK(kernel::Card::create_personalized({.rng = rng, .clock = clock},
                                                 std::make_unique<applet_sim::nvm::MemoryStorage>(cell), content));
  return std::move(*cell);
}

}  // namespace cicada::tools::lower_tester
