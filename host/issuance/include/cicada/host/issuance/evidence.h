// What other sources than the record said, as enrolment or the population database put it into the record.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace cicada::host::issuance {

/// One source's word: {"source": "household book", "value": "1988-06-13"}.
struct SourcedText {
  std::string source;
  std::string value;
};

/// A look-up in the national population database, done before the record was sent. X01, X04.
struct PopulationEvidence {
  bool found = false;
  std::string at;      ///< moment of the look-up, for the record
  std::string digest;  ///< of the answer, hexadecimal, for the record
  std::string status;  ///< "", "alive", "dead", "lost-nationality", "wanted"
};

struct PhotoEvidence {
  std::optional<std::string> taken_on;  ///< YYYY-MM-DD. P05
  std::optional<unsigned> faces;        ///< P03
  std::vector<std::string> faults;      ///< words of kPhotoFaults. P03
  bool other_person = false;            ///< a comparison said so. P05
};

struct FingerEvidence {
  std::string finger;               ///< a word of kFingers
  std::optional<unsigned> quality;  ///< 0 to 100 (NFIQ 2)
  std::string missing;              ///< why there is no print: "amputated", "bandaged", ...
};

struct FingerprintEvidence {
  std::string duplicate_of;  ///< number or dossier of another person with these fingers. B01
  bool swapped = false;      ///< left and right, as the comparison said. B03
  std::vector<FingerEvidence> fingers;
};

struct DeliveryEvidence {
  std::string phone;
  std::string address;
};

/// Nobody asks a database here: a rule decides from what the record brings along, and what is absent is not decided.
struct Evidence {
  using Population = PopulationEvidence;
  using Photo = PhotoEvidence;
  using Finger = FingerEvidence;
  using Fingerprints = FingerprintEvidence;
  using Delivery = DeliveryEvidence;

  std::optional<Population> population;
  std::optional<Photo> photo;
  std::optional<Fingerprints> fingerprints;
  std::optional<Delivery> delivery;              ///< X03
  std::vector<SourcedText> birth_dates;          ///< D04
  std::vector<SourcedText> names;                ///< T07, T08
  std::optional<std::string> mrz_name;           ///< "LE<<THE<KHOI". T06
  std::vector<std::string> other_numbers;        ///< that the same person is known by. N03
  std::vector<std::string> cancelled_numbers;    ///< N09
  std::vector<std::string> form_differences;     ///< fields in which online and counter form disagree. X02
  std::optional<std::string> guardian;           ///< who signs for a child. D05
  std::optional<std::string> father_birth_date;  ///< F01
  std::optional<std::string> mother_birth_date;  ///< F01
};

}  // namespace cicada::host::issuance
