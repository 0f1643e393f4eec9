#include "cicada/host/issuance/prepare.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/base/hex.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/issuance/vietnamese.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg11.h"
#include "cicada/host/lds/dg12.h"
#include "cicada/host/lds/dg2.h"
#include "job_files.h"

namespace cicada::host::issuance {
namespace {

using base::Bytes;
using base::fail;
using base::Fault;
using lds::Ef;

constexpr std::array kCccdGroups{Ef::dg1, Ef::dg2, Ef::dg13};
constexpr std::size_t kDocumentNumberSize = 9;

/// dd/mm/yyyy
std::string to_card_date(base::Date date) {
  return fmt::format("{:02}/{:02}/{:04}", static_cast<unsigned>(date.day()), static_cast<unsigned>(date.month()),
                     static_cast<int>(date.year()));
}

lds::FaceImage face_of(const CheckedDossier& dossier) {
  constexpr std::uint8_t kMale = 1;
  constexpr std::uint8_t kFemale = 2;
  constexpr std::uint8_t kRgb24 = 1;
  constexpr std::uint8_t kGrey8 = 3;
  lds::FaceImage face;
  face.gender = dossier.sex == 'F' ? kFemale : kMale;
  face.width = static_cast<std::uint16_t>(dossier.portrait.width);
  face.height = static_cast<std::uint16_t>(dossier.portrait.height);
  face.colour_space = dossier.portrait.grey ? kGrey8 : kRgb24;
  face.image = dossier.portrait.jpeg;
  return face;
}

base::Result<Bytes> build_group(const CheckedDossier& dossier, const lds::Mrz& zone, Ef group) {
  switch (group) {
    case Ef::dg1: return lds::build_dg1(zone);
    case Ef::dg2: return lds::build_dg2(face_of(dossier));
    case Ef::dg13: {
      CICADA_TRY(const auto data, dg13_of(dossier));
      return lds::build_dg13(data);
    }
    case Ef::dg11: return build_dg11_of(dossier);
    case Ef::dg12: return build_dg12_of(dossier);
    default:
      return fail({.fault = Fault::unsupported,
                   .what = "only DG1, DG2, DG11, DG12 and DG13 can be built from a record",
                   .hint = "take the group out of the profile",
                   .at = static_cast<std::uint64_t>(group)});
  }
}

}  // namespace

Bytes build_com(const std::map<Ef, Bytes>& files) {
  lds::EfCom com;
  com.lds_version = kLdsVersion;
  com.unicode_version = kUnicodeVersion;
  for (const auto& [ef, content] : files) {
    if (lds::data_group_number(ef) != 0) com.tags.push_back(lds::info(ef).tag);
  }
  return lds::build_com(com);
}

base::Result<void> check_agreement(const CardJob& job) {
  const auto content = [&](Ef ef) {
    const auto found = job.files.find(ef);
    return found == job.files.end() ? base::ByteView{} : base::ByteView{found->second};
  };
  if (check_consistency(content(Ef::dg1), content(Ef::dg13)).empty()) return {};
  return fail({.fault = Fault::conflict,
               .what = "C03: DG1 and DG13 of the card disagree",
               .hint = "this is a fault of the data preparation, not of the record"});
}

std::span<const Ef> cccd_groups() noexcept {
  return kCccdGroups;
}

namespace {

/// TD3: the holder's number is the personal number.
base::Result<lds::Mrz> passport_mrz_of(const CheckedDossier& dossier) {
  if (!dossier.expiry_date) return fail({.fault = Fault::bad_input, .what = "a passport has an expiry"});
  CICADA_TRY(const auto name, transliterate(dossier.name));
  lds::Mrz zone;
  zone.format = lds::MrzFormat::td3;
  zone.document_code = "PP";  // 9303-4 §4.2.2.1: an ordinary passport
  zone.issuing_state = zone.nationality = "VNM";
  zone.document_number = dossier.document_number;
  zone.optional_data = dossier.number;
  zone.birth_date = lds::to_mrz_date(dossier.birth_date);
  zone.sex = dossier.sex;
  zone.expiry_date = lds::to_mrz_date(*dossier.expiry_date);
  zone.primary_identifier = name.primary;
  zone.secondary_identifier = name.secondary;
  return zone;
}

/// YYYYMMDD
lds::DetailDate detail_date(base::Date date) {
  return {.digits = fmt::format("{:04}{:02}{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                                static_cast<unsigned>(date.day()))};
}

/// The name with its marks, in the form of the file: "NGUYỄN<<HOÀNG<MINH" (9303-10 §4.7.11).
std::string file_name_of(const std::string& name) {
  std::string text;
  bool first = true;
  for (const char c : name) {
    if (c != ' ') {
      text.push_back(c);
      continue;
    }
    text += first ? "<<" : "<";
    first = false;
  }
  return text;
}

}  // namespace

base::Result<Bytes> build_dg11_of(const CheckedDossier& dossier) {
  lds::Dg11 dg11;
  dg11.full_name = file_name_of(dossier.name);
  dg11.personal_number = dossier.number;
  dg11.birth_date = detail_date(dossier.birth_date);
  if (!dossier.birth_place.empty()) dg11.birth_place = dossier.birth_place;
  dg11.address = dossier.residence;
  return lds::build_dg11(dg11);
}

base::Result<Bytes> build_dg12_of(const CheckedDossier& dossier) {
  lds::Dg12 dg12;
  dg12.issuing_authority = dossier.issuing_unit;
  dg12.issue_date = detail_date(dossier.issue_date);
  return lds::build_dg12(dg12);
}

base::Result<lds::Mrz> mrz_of(const CheckedDossier& dossier) {
  if (!dossier.document_number.empty()) return passport_mrz_of(dossier);
  if (dossier.number.size() <= kDocumentNumberSize) {
    return fail({.fault = Fault::bad_input, .what = "the number is too short for a card"});
  }
  CICADA_TRY(const auto name, transliterate(dossier.name));
  CICADA_TRY(const char digit, lds::check_digit(dossier.number));
  lds::Mrz zone;
  zone.format = lds::MrzFormat::td1;
  zone.document_code = "ID";
  zone.issuing_state = zone.nationality = "VNM";
  zone.document_number = dossier.number.substr(dossier.number.size() - kDocumentNumberSize);
  zone.optional_data = dossier.number + "<<" + digit;
  zone.birth_date = lds::to_mrz_date(dossier.birth_date);
  zone.sex = dossier.sex;
  zone.expiry_date = dossier.expiry_date ? lds::to_mrz_date(*dossier.expiry_date) : std::string{lds::kNoExpiry};
  zone.primary_identifier = name.primary;
  zone.secondary_identifier = name.secondary;
  return zone;
}

base::Result<std::string> chip_id_of(const CheckedDossier& dossier) {
  constexpr std::size_t kOctets = 8;
  const auto text = "cicada chip " + dossier.number + " " + base::to_iso_date(dossier.issue_date);
  CICADA_TRY(const auto digest, crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, base::as_bytes(text)));
  return base::to_hex(base::ByteView{digest}.first(kOctets));
}

base::Result<lds::CccdData> dg13_of(const CheckedDossier& dossier) {
  CICADA_TRY(auto chip_id, chip_id_of(dossier));
  return lds::CccdData{
      .number = dossier.number,
      .name = dossier.name,
      .birth_date = to_card_date(dossier.birth_date),
      .sex = dossier.sex_text,
      .nationality = dossier.nationality,
      .ethnic_group = dossier.ethnic_group,
      .religion = dossier.religion,
      .place_of_origin = dossier.place_of_origin,
      .residence = dossier.residence,
      .identifying_marks = dossier.identifying_marks,
      .issue_date = to_card_date(dossier.issue_date),
      .expiry_date = dossier.expiry_date ? to_card_date(*dossier.expiry_date) : std::string{lds::kUnlimitedText},
      .father = dossier.father,
      .mother = dossier.mother,
      .spouses = dossier.spouses,
      .old_number = dossier.old_number,
      .chip_id = std::move(chip_id),
  };
}

base::Result<CardJob> build_files(const CheckedDossier& dossier, std::span<const Ef> groups) {
  CardJob job;
  job.number = dossier.number;
  job.name = dossier.name;
  CICADA_TRY(const auto zone, mrz_of(dossier));
  for (const auto group : groups) {
    CICADA_TRY(auto content, build_group(dossier, zone, group));
    if (!job.files.emplace(group, std::move(content)).second) {
      return fail({.fault = Fault::bad_input, .what = "a data group is asked for twice"});
    }
  }
  job.files.emplace(Ef::com, build_com(job.files));
  CICADA_TRY(const auto text, lds::build_mrz(zone));
  CICADA_TRY(const auto parsed, lds::parse_mrz(text));
  job.mrz = parsed.lines();
  CICADA_TRY(job.mrz_information, lds::mrz_information(zone));
  return job;
}

base::Result<CardJob> prepare(const CheckedDossier& dossier, const SodSigner& signer, std::span<const Ef> groups) {
  CICADA_TRY(auto job, build_files(dossier, groups));
  CICADA_CHECK(check_agreement(job));
  CICADA_TRY(auto sod, signer.sign(job.files));
  job.files.emplace(Ef::sod, std::move(sod));
  return job;
}

}  // namespace cicada::host::issuance
