#include "document.h"

#include <algorithm>
#include <optional>
#include <string>

#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg13.h"
#include "cicada/host/lds/dg2.h"

namespace cicada::host::inspect {

using base::Date;
using Json = nlohmann::ordered_json;
using lds::Ef;

namespace {

/// The file parsed; nothing when it is missing or unreadable.
template <typename Parse>
auto parsed(const Files& files, Ef ef, Parse parse) -> std::optional<typename decltype(parse({}))::value_type> {
  const auto found = files.find(ef);
  if (found == files.end()) return std::nullopt;
  auto result = parse(found->second);
  if (!result) return std::nullopt;
  return *std::move(result);
}

Json date_or_null(const std::optional<Date>& date) {
  return date ? Json(base::to_iso_date(*date)) : Json(nullptr);
}

std::string joined(const std::string& first, const std::string& second) {
  return second.empty() ? first : first + " " + second;
}

std::string sex_of(char mrz) {
  if (mrz == 'M') return "male";
  return mrz == 'F' ? "female" : "unspecified";
}

/// The whole number of a Vietnamese card: the zone has its last nine digits in the number's place and all twelve in the
/// optional data.
std::string number_of(const lds::Mrz& mrz) {
  if (mrz.issuing_state != "VNM") return mrz.document_number;
  const auto twelve = std::string_view{mrz.optional_data}.substr(0, 12);
  const bool digits = twelve.size() == 12 && std::ranges::all_of(twelve, [](char c) { return c >= '0' && c <= '9'; });
  return digits && twelve.ends_with(mrz.document_number) ? std::string{twelve} : mrz.document_number;
}

Json document_of(const lds::Dg1& dg1, const lds::CccdData* cccd, base::Instant at) {
  const auto& mrz = dg1.mrz.fields;
  const auto expiry = lds::expiry_of(mrz.issuing_state, mrz.expiry_date);
  const bool national = cccd != nullptr && !cccd->number.empty();
  return {
      {"code", mrz.document_code},
      {"issuing_state", mrz.issuing_state},
      {"number", national ? cccd->number : number_of(mrz)},
      {"name", national && !cccd->name.empty() ? cccd->name : joined(mrz.primary_identifier, mrz.secondary_identifier)},
      {"birth_date", date_or_null(lds::birth_date_of(mrz.birth_date, base::date_of(at)))},
      {"sex", sex_of(mrz.sex)},
      {"nationality", mrz.nationality},
      {"expiry_date", date_or_null(expiry.date)},
      {"no_expiry", expiry.unlimited},
      {"mrz", dg1.mrz.lines()},
      {"mrz_check_digits_ok", dg1.mrz.checks_ok()},
  };
}

Json cccd_of(const lds::Dg13& dg13) {
  const auto& data = *dg13.cccd;
  auto unknown = Json::array();
  for (const auto& field : dg13.unknown) unknown.push_back({{"number", field.number}, {"texts", field.texts}});
  return {
      {"number", data.number},           {"name", data.name},
      {"birth_date", data.birth_date},   {"sex", data.sex},
      {"nationality", data.nationality}, {"ethnic_group", data.ethnic_group},
      {"religion", data.religion},       {"place_of_origin", data.place_of_origin},
      {"residence", data.residence},     {"identifying_marks", data.identifying_marks},
      {"issue_date", data.issue_date},   {"expiry_date", data.expiry_date},
      {"father", data.father},           {"mother", data.mother},
      {"spouses", data.spouses},         {"old_number", data.old_number},
      {"chip_id", data.chip_id},         {"unknown", std::move(unknown)},
  };
}

std::string_view format_of(const lds::FaceImage& face) {
  switch (face.format) {
    case lds::ImageFormat::jpeg: return "jpeg";
    case lds::ImageFormat::jpeg2000: return "jpeg2000";
    case lds::ImageFormat::wsq:
    case lds::ImageFormat::png:
    case lds::ImageFormat::unknown: return "unknown";  // no portrait of Doc 9303 is of that kind
  }
  return "unknown";
}

Json portrait_of(const lds::FaceImage& face) {
  return {{"format", format_of(face)}, {"size", face.image.size()}, {"width", face.width}, {"height", face.height}};
}

}  // namespace

void add_document(Json& to, const Files& files, base::Instant at) {
  const auto dg1 = parsed(files, Ef::dg1, [](base::ByteView file) { return lds::parse_dg1(file); });
  const auto dg2 = parsed(files, Ef::dg2, [](base::ByteView file) { return lds::parse_dg2(file); });
  const auto dg13 = parsed(files, Ef::dg13, [](base::ByteView file) { return lds::parse_dg13(file); });
  const auto* const cccd = dg13 && dg13->cccd ? &*dg13->cccd : nullptr;
  const auto* const face = dg2 ? dg2->portrait() : nullptr;
  to["document"] = dg1 ? document_of(*dg1, cccd, at) : Json(nullptr);
  to["cccd"] = cccd != nullptr ? cccd_of(*dg13) : Json(nullptr);
  to["portrait"] = face != nullptr ? portrait_of(*face) : Json(nullptr);
}

}  // namespace cicada::host::inspect
