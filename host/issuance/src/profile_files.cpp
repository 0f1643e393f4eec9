#include <algorithm>
#include <array>
#include <set>

#include "chip_keys.h"
#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/lds/atr_info.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg15.h"
#include "cicada/host/lds/dg3.h"
#include "cicada/host/lds/dir.h"
#include "job_files.h"
#include "security_infos.h"

namespace cicada::host::issuance {
namespace {

using base::Bytes;
using base::fail;
using base::Fault;
using base::Result;
using lds::Ef;

/// What a profile asks for, apart from what the card writes itself.
std::set<Ef> wanted_by(const perso::Profile& profile) {
  std::set<Ef> wanted;
  for (const auto& info : lds::all_files()) {
    const auto name = content_name(info.ef);
    const bool asked = std::ranges::find(profile.files, name, &perso::File::content) != profile.files.end();
    if (asked && info.ef != Ef::cvca) wanted.insert(info.ef);
  }
  return wanted;
}

/// Random octets, so that the hash in EF.SOD does not tell that there are no fingers.
Result<Bytes> empty_dg3(base::Rng& rng) {
  std::array<std::uint8_t, 32> octets{};
  CICADA_CHECK(rng.fill(octets));
  return lds::build_empty_dg3(octets);
}

Result<Bytes> build_dir(const perso::Profile& profile) {
  std::vector<lds::DirEntry> entries;
  entries.reserve(profile.applications.size());
  for (const auto& application : profile.applications) entries.push_back({.aid = application.aid, .unknown = {}});
  return lds::build_dir(entries);
}

/// What cards of the dialects here can do: selection by DF name, file and short identifier, one-octet data units,
/// command chaining and extended lengths. @clause 9303-10 §3.11.1
Bytes build_atr_info() {
  constexpr std::uint32_t kLongest = 65'535;
  lds::AtrInfo info;
  info.capabilities = {0x94, 0x01, 0xE0};
  info.extended_lengths = lds::ExtendedLengths{.max_command = kLongest, .max_response = kLongest};
  return lds::build_atr_info(info);
}

Result<Bytes> build_card_access(const perso::Profile& profile) {
  CICADA_TRY(const auto infos, protocol_infos(profile));
  return asn1::encode_security_infos(infos);
}

Result<Bytes> build_early(Ef ef, const perso::Profile& profile, base::Rng& rng) {
  switch (ef) {
    case Ef::dg3: return empty_dg3(rng);
    case Ef::card_access: return build_card_access(profile);
    case Ef::dir: return build_dir(profile);
    case Ef::atr_info: return build_atr_info();
    default: return fail({.fault = Fault::unsupported, .what = "this file cannot be built from a record"});
  }
}

bool is_built_from_profile(Ef ef) {
  return ef == Ef::dg3 || ef == Ef::card_access || ef == Ef::dir || ef == Ef::atr_info;
}

Result<std::string> can_of(const CheckedDossier& dossier, const perso::Profile& profile, base::Rng& rng) {
  constexpr std::size_t kDigits = 6;
  if (!profile.pace_can) return std::string{};
  if (profile.can == perso::CanRule::last_six_digits) {
    if (dossier.number.size() < kDigits) {
      return fail({.fault = Fault::bad_input, .what = "the number is too short for a CAN"});
    }
    return dossier.number.substr(dossier.number.size() - kDigits);
  }
  std::string can;
  while (can.size() < kDigits) {
    std::array<std::uint8_t, 1> octet{};
    CICADA_CHECK(rng.fill(octet));
    constexpr std::uint8_t kFair = 250;  // above it the first digits would come a little more often
    if (octet[0] < kFair) can.push_back(static_cast<char>('0' + octet[0] % 10));
  }
  return can;
}

}  // namespace

bool waits_for_chip(Ef ef) noexcept {
  return ef == Ef::dg14 || ef == Ef::dg15 || ef == Ef::card_security || ef == Ef::com || ef == Ef::sod;
}

std::vector<Ef> waiting_files(const perso::Profile& profile) {
  std::vector<Ef> waiting;
  std::ranges::copy_if(wanted_by(profile), std::back_inserter(waiting), waits_for_chip);
  return waiting;
}

std::string content_name(Ef ef) {
  std::string name{lds::to_string(ef)};
  std::ranges::transform(name, name.begin(), [](char c) {
    if (c == '.' || c == '/') return '-';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

Result<CardJob> prepare_files(const CheckedDossier& dossier, const perso::Profile& profile, base::Rng& rng) {
  std::vector<Ef> from_record;
  const auto wanted = wanted_by(profile);
  for (const auto ef : wanted) {
    if (!waits_for_chip(ef) && !is_built_from_profile(ef)) from_record.push_back(ef);
  }
  CICADA_TRY(auto job, build_files(dossier, from_record));
  job.files.erase(Ef::com);
  for (const auto ef : wanted) {
    if (!is_built_from_profile(ef)) continue;
    CICADA_TRY(auto content, build_early(ef, profile, rng));
    job.files.emplace(ef, std::move(content));
  }
  CICADA_TRY(job.can, can_of(dossier, profile, rng));
  if (profile.takes_keys()) {
    CICADA_TRY(job.keys, prepare_keys(profile, rng));
  }
  CICADA_CHECK(check_agreement(job));
  return job;
}

Result<std::vector<Unsigned>> begin_completion(CardJob& job, const perso::Profile& profile, const perso::ChipKeys& made,
                                               const SodSigner& signer) {
  std::vector<Unsigned> waiting;
  const auto& keys = job.keys ? job.keys->public_halves : made;
  const auto wanted = wanted_by(profile);
  CICADA_TRY(auto infos, protocol_infos(profile));
  CICADA_TRY(const auto key_infos_of_chip, key_infos(profile, keys));
  infos.insert(infos.end(), key_infos_of_chip.begin(), key_infos_of_chip.end());
  if (wanted.contains(Ef::dg14)) {
    CICADA_TRY(job.files[Ef::dg14], lds::build_dg14(asn1::encode_security_infos(infos)));
  }
  if (wanted.contains(Ef::dg15)) {
    CICADA_TRY(const auto info, active_key_info(profile, keys));
    CICADA_TRY(job.files[Ef::dg15], lds::build_dg15(info));
  }
  if (wanted.contains(Ef::card_security)) {
    // A signed copy of EF.DIR, so that nobody can hide an application (9303-11 §9.2.8).
    if (const auto dir = job.files.find(Ef::dir); dir != job.files.end()) {
      infos.push_back(asn1::make_security_info(asn1::oids::kEfDirInfo, asn1::EfDirInfo{.ef_dir = dir->second}));
    }
    CICADA_TRY(auto card_security, signer.begin_card_security(asn1::encode_security_infos(infos)));
    waiting.push_back(std::move(card_security));
  }
  if (wanted.contains(Ef::com)) job.files[Ef::com] = build_com(job.files);
  if (wanted.contains(Ef::sod)) {
    CICADA_TRY(auto sod, signer.begin(job.files));
    waiting.push_back(std::move(sod));
  }
  return waiting;
}

Result<void> complete_files(CardJob& job, const perso::Profile& profile, const perso::ChipKeys& keys,
                            const SodSigner& signer) {
  CICADA_TRY(const auto waiting, begin_completion(job, profile, keys, signer));
  auto files = signer.sign_each(waiting);
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    CICADA_TRY(job.files[waiting[i].ef], std::move(files[i]));
  }
  return {};
}

}  // namespace cicada::host::issuance
