#include "planner.h"

#include <fmt/format.h>

#include <algorithm>

namespace cicada::host::perso {

using base::Bytes;
using base::ByteView;

namespace {

std::unexpected<Problem> refuse(std::string text) {
  return std::unexpected(Problem{.fault = base::Fault::bad_input, .text = std::move(text)});
}

std::unexpected<Problem> missing(std::string_view what) {
  return refuse(fmt::format("the profile loads {}; the card's data has none", what));
}

void replace(std::string& text, std::string_view what, std::string_view with) {
  if (const auto at = text.find(what); at != std::string::npos) text.replace(at, what.size(), with);
}

/// YYMMDD, a digit an octet.
Bytes date_digits(base::Date date) {
  Bytes digits;
  for (const auto part : {static_cast<unsigned>(static_cast<int>(date.year()) % 100),
                          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())}) {
    digits.push_back(static_cast<std::uint8_t>(part / 10));
    digits.push_back(static_cast<std::uint8_t>(part % 10));
  }
  return digits;
}

Values values_of(const Application& application) {
  Values values;
  return values.set(Field::aid, ByteView{application.aid}).set(Field::fid, application.fid);
}

constexpr std::uint8_t kMrzPassword = 1;  ///< 9303-11 §4.4.4.1
constexpr std::uint8_t kCanPassword = 2;

}  // namespace

std::string label_of(const StepTemplate& step, std::string_view name, std::size_t number) {
  auto label = step.label;
  replace(label, "{offset}", fmt::format("{}", number));
  replace(label, "{block}", fmt::format("{}", number));
  replace(label, "{name}", name);  // last: a name may look like anything
  return label;
}

Checked<Plan> Planner::plan() {
  plan_.dialect = profile_.dialect;
  const auto first = profile_.applications.empty() ? Values{} : values_of(profile_.applications.front());
  CICADA_CHECK(add_all(Moment::begin, first, {}));
  CICADA_CHECK(create_applications());
  for (const auto& file : profile_.files) CICADA_CHECK(write_file(file));
  CICADA_CHECK(load_access());
  CICADA_CHECK(load_keys());
  CICADA_CHECK(load_trust());
  CICADA_CHECK(finish());
  groupings_.flush();
  return std::move(plan_);
}

Checked<void> Planner::add(const StepTemplate& step, const Values& values, const Words& words, Phase phase) {
  auto label = label_of(step, words.name, words.number);
  if (!step.dgi.empty()) {
    auto added = groupings_.add(step, values, std::move(label), phase);
    if (!added) return refuse(std::move(added.error()));
    return {};
  }
  groupings_.flush();
  groupings_.restart();
  const auto size = step.data.size(values);
  if (size > script_.room(step)) {
    return refuse(fmt::format("{}: the command would carry {} octets; a card of dialect {} takes {}", label, size,
                              script_.name, script_.room(step)));
  }
  std::vector<OctetRange> secret;
  auto command = expand(step, values, secret);
  plan_.steps.emplace_back(std::move(label), std::move(command), std::move(secret), phase);
  return {};
}

Checked<void> Planner::add_all(Moment moment, const Values& values, const Words& words, Phase phase) {
  for (const auto& step : script_.at(moment)) CICADA_CHECK(add(step, values, words, phase));
  return {};
}

std::size_t Planner::room(const StepTemplate& step, Values values) const {
  constexpr std::size_t kTagAndLength = 3;
  const auto limit = step.dgi.empty() ? script_.room(step)
                                      : std::min(script_.limits.command_data - kTagAndLength, gp::kMaxShortGrouping);
  auto octets = std::min(step.chunk, limit);
  // The lengths of the objects around the content grow with it: a few octets, found by trying.
  const Bytes any(octets);
  while (octets > 1 && step.data.size(values.set(Field::data, ByteView{any}.first(octets))) > limit) --octets;
  return octets;
}

Checked<void> Planner::add_pieces(Moment moment, Values values, ByteView content, std::string_view name) {
  const bool write = moment != Moment::certificate;
  std::size_t offset = 0;
  for (std::uint32_t block = 0; offset < content.size(); ++block) {
    const auto& forms = script_.at(moment);
    const auto form = write
                          ? std::ranges::find_if(forms, [offset](const auto& one) { return offset <= one.last_offset; })
                          : forms.begin();
    if (form == forms.end()) return refuse(fmt::format("{}: no command reaches octet {}", name, offset));
    if (!write && block > 0xFF) return refuse(fmt::format("{}: more than 256 blocks", name));
    values.set(Field::offset, static_cast<std::uint32_t>(offset)).set(Field::block, block).set(Field::flags, 0);
    const auto piece = content.subspan(offset, std::min(room(*form, values), content.size() - offset));
    if (offset + piece.size() == content.size()) values.set(Field::flags, form->last_flag);
    values.set(Field::data, piece);
    CICADA_CHECK(add(*form, values, {.name = name, .number = write ? offset : block}));
    offset += piece.size();
  }
  return {};
}

Checked<void> Planner::select(std::string_view df) {
  if (current_ == df) return {};
  current_ = df;
  if (df == kMasterFile) return add_all(Moment::select_master, {}, {});
  const auto& application = *std::ranges::find(profile_.applications, df, &Application::name);
  return add_all(Moment::select_application, values_of(application), {.name = application.name});
}

Checked<void> Planner::create_applications() {
  if (!script_.has(Moment::create_application)) return {};
  for (const auto& application : profile_.applications) {
    CICADA_CHECK(select(kMasterFile));
    CICADA_CHECK(add_all(Moment::create_application, values_of(application), {.name = application.name}));
    if (script_.created_is_current) current_ = application.name;
  }
  return {};
}

Checked<ByteView> Planner::content_of(const File& file) const {
  if (file.content.empty()) return ByteView{file.fixed};
  const auto found = content_.files.find(file.content);
  if (found == content_.files.end()) {
    return refuse(fmt::format("{}: the card's data has no \"{}\"", file.name, file.content));
  }
  return ByteView{found->second};
}

Checked<void> Planner::create_file(const File& file, std::size_t size, const Values& values) {
  memory_ += size;
  if (memory_ > script_.limits.memory) {
    return refuse(fmt::format("{}: with this file the card would hold {} octets; it has {}", file.name, memory_,
                              script_.limits.memory));
  }
  CICADA_CHECK(select(file.df));
  const bool other = file.df == kMasterFile && script_.has(Moment::create_file_mf);
  CICADA_CHECK(add_all(other ? Moment::create_file_mf : Moment::create_file, values, {.name = file.name}));
  return add_all(Moment::select_file, values, {.name = file.name});
}

Checked<void> Planner::write_file(const File& file) {
  const auto* condition = script_.condition(file.read);
  Values values;
  values.set(Field::fid, file.fid).set(Field::sfi, file.sfi);
  values.set(Field::sfi_shifted, static_cast<std::uint32_t>(file.sfi) << 3U);
  if (condition != nullptr) values.set(Field::condition, ByteView{*condition});
  if (file.content == kCvcaContent) {
    if (script_.cvca_file == CvcaFile::made) return {};
    return create_file(file, kCvcaFileSize, values.set(Field::size, kCvcaFileSize));
  }
  CICADA_TRY(const auto data, content_of(file));
  const std::size_t most = file.max.value_or(static_cast<std::uint32_t>(script_.limits.file_size));
  if (data.empty() || data.size() > most) {
    return refuse(fmt::format("{}: {} octets of content; the profile allows 1 to {}", file.name, data.size(), most));
  }
  const auto size = file.size == SizeRule::max ? most : data.size();
  CICADA_CHECK(create_file(file, size, values.set(Field::size, static_cast<std::uint32_t>(size))));
  const bool other = file.df == kMasterFile && script_.has(Moment::write_mf);
  return add_pieces(other ? Moment::write_mf : Moment::write, values, data, file.name);
}

Checked<void> Planner::load_bac_keys() {
  if (!profile_.bac_keys) return {};
  if (!content_.bac) return missing("document basic access keys");
  Values values;
  values.set(Field::k_enc, ByteView{content_.bac->k_enc.expose()});
  values.set(Field::k_mac, ByteView{content_.bac->k_mac.expose()});
  if (script_.uses(Moment::bac_keys, Field::mrz_number)) {
    constexpr std::size_t kDate = 6;
    constexpr std::size_t kDates = 1 + 2 * (kDate + 1);  // the number's check digit, and two dates with theirs
    if (!content_.mrz_information || content_.mrz_information->size() <= kDates) return missing("an MRZ");
    const auto mrz = content_.mrz_information->expose();
    values.set(Field::mrz_number, mrz.first(mrz.size() - kDates));
    values.set(Field::mrz_birth, mrz.last(kDates - 1).first(kDate));
    values.set(Field::mrz_expiry, mrz.last(kDate + 1).first(kDate));
  }
  return add_all(Moment::bac_keys, values, {});
}

Checked<void> Planner::load_password(std::string_view name, std::uint8_t reference, ByteView password) {
  Values values;
  values.set(Field::reference, reference).set(Field::password, password);
  return add_all(Moment::pace_password, values, {.name = name});
}

Checked<void> Planner::load_passwords() {
  Values all;
  if (profile_.pace_mrz) {
    if (!content_.pace_mrz) return missing("the PACE password of the MRZ");
    all.set(Field::mrz_password, content_.pace_mrz->expose());
    CICADA_CHECK(load_password("MRZ", kMrzPassword, content_.pace_mrz->expose()));
  }
  if (profile_.pace_can) {
    if (!content_.pace_can) return missing("a CAN");
    all.set(Field::can_password, content_.pace_can->expose());
    CICADA_CHECK(load_password("CAN", kCanPassword, content_.pace_can->expose()));
  }
  if (!profile_.pace_mrz && !profile_.pace_can) return {};
  return add_all(Moment::pace_passwords, all, {});
}

Checked<void> Planner::load_access() {
  CICADA_CHECK(load_bac_keys());
  CICADA_CHECK(load_passwords());
  for (const auto& entry : profile_.pace) {
    Values values;
    values.set(Field::oid, ByteView{entry.oid}).set(Field::domain, entry.domain);
    CICADA_CHECK(add_all(Moment::pace_entry, values, {.name = entry.name}));
  }
  return {};
}

Checked<void> Planner::load_trust() {
  if (!profile_.terminal_authentication) return {};
  if (!content_.trust || content_.trust->cvca.empty()) return missing("CVCA certificates");
  const auto& trust = *content_.trust;
  const auto& file = *std::ranges::find(profile_.files, profile_.terminal_authentication->cvca_file, &File::name);
  CICADA_CHECK(select(file.df));
  const auto date = date_digits(trust.today);
  Values values;
  values.set(Field::cvca_fid, file.fid).set(Field::date, ByteView{date});
  if (!trust.document_number.empty()) values.set(Field::document_number, base::as_bytes(trust.document_number));
  CICADA_CHECK(add_all(Moment::trust, values, {}));
  return load_certificates();
}

Checked<void> Planner::load_certificates() {
  const auto& certificates = content_.trust->cvca;
  if (certificates.size() > script_.certificates) {
    return refuse(fmt::format("{} CVCA certificates; a card of dialect {} takes {}", certificates.size(), script_.name,
                              script_.certificates));
  }
  for (const auto& certificate : certificates) {
    const auto& step = script_.at(Moment::certificate).front();
    if (step.data.uses(Field::body)) {
      const auto object = asn1::read_only(certificate);
      if (!object) return refuse("a CVCA certificate is no data object");
      CICADA_CHECK(add(step, Values{}.set(Field::body, object->value), {}));
      continue;
    }
    if (!step.header.uses(Field::block) && certificate.size() > room(step, {})) {
      return refuse(fmt::format("a CVCA certificate of {} octets; a card of dialect {} takes {}", certificate.size(),
                                script_.name, room(step, {})));
    }
    CICADA_CHECK(add_pieces(Moment::certificate, {}, certificate, "CVCA certificate"));
  }
  return {};
}

Checked<void> Planner::finish() {
  for (const auto& application : profile_.applications) {
    CICADA_CHECK(add_all(Moment::personalize, values_of(application), {.name = application.name}, Phase::personalize));
  }
  if (profile_.finish != FinalState::locked) return {};
  return add_all(Moment::lock, {}, {}, Phase::lock);
}

}  // namespace cicada::host::perso
