// Words that the stemmer above gets wrong, as tools/site/search.py knows them.
{
  const known = EXCEPTIONS, Snowball = Stemmer, own = (word) => Object.prototype.hasOwnProperty.call(known, word);
  Stemmer = function () {
    const stemmer = new Snowball();
    this.stemWord = (word) => {
      const stem = own(word) ? word : stemmer.stemWord(word);
      return own(stem) ? known[stem] : stem;
    };
  };
}
